import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { copyTopic, isText, NO_TEXT, noSubtreeFilter } from '../browser/copy-topic.ts';
import type { SubtreeSubscribing } from '../connections/subscribe-subtree.ts';
import {
  commandHost,
  copyAsJson,
  copyAsMosquittoPub,
  copyMessageValue,
  openMessagePayload,
  saveMessagePayload,
} from '../inspector/message-actions.ts';
import { editOutcome, type EditAndPublish } from '../publish/edit-and-publish.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

/*
 * What can be done with a message and its topic, by the same names and under the same conditions in the menus of
 * the tree, of the history and of values.
 */

/** What the actions on a message need. */
export interface MessagePorts {
  readonly session: ConnectionSession;
  /** Of the broker, without username and password. */
  readonly address: string;
  readonly edit: EditAndPublish;
  /** The host opens payloads in other programs. */
  readonly opens: boolean;
  readonly subscribing: SubtreeSubscribing;
}

/** One message of a topic. */
export interface MessageAt {
  readonly key: TopicKey;
  readonly seq: number | 'latest';
}

/** An entry of a menu that says how it went. */
export interface MessageEntry {
  readonly id: MessageEntryId;
  readonly label: string;
  /** Why it cannot be done now. */
  readonly off: string | null;
  readonly outcome: () => Promise<string>;
}

export type MessageEntryId =
  | 'copy-topic'
  | 'copy-value'
  | 'copy-json'
  | 'copy-pub'
  | 'save'
  | 'open'
  | 'edit'
  | 'publish-again'
  | 'subscribe';

export function copyTopicEntry(key: TopicKey): MessageEntry {
  return { id: 'copy-topic', label: 'Copy topic', off: noText(key), outcome: () => copyTopic(key) };
}

/** @param none why there is no message */
export function copyEntries(
  { session }: MessagePorts,
  { key, seq }: MessageAt,
  none: string | null = null,
): readonly MessageEntry[] {
  return [
    {
      id: 'copy-value',
      label: 'Copy value',
      off: none,
      outcome: () => copyMessageValue(session, key, seq),
    },
    { id: 'copy-json', label: 'Copy as JSON', off: none, outcome: () => copyAsJson(session, key, seq) },
  ];
}

/** What is taken out of the window: a command line, a file. */
export function takeEntries(
  { session, address, opens }: MessagePorts,
  { key, seq }: MessageAt,
  none: string | null = null,
): readonly MessageEntry[] {
  const open: MessageEntry = {
    id: 'open',
    label: 'Open in default program…',
    off: none,
    outcome: () => openMessagePayload(session, key, seq),
  };
  return [
    {
      id: 'copy-pub',
      label: 'Copy as mosquitto_pub',
      off: noText(key) ?? none,
      outcome: () => copyAsMosquittoPub(session, key, seq, commandHost(address)),
    },
    {
      id: 'save',
      label: 'Save payload…',
      off: none,
      outcome: () => saveMessagePayload(session, key, seq, session.store.getState().separator),
    },
    ...(opens ? [open] : []),
  ];
}

/** The message once more, changed or as it was. */
export function publishEntries(
  { edit }: Pick<MessagePorts, 'edit'>,
  { key, seq }: MessageAt,
  none: string | null = null,
): readonly MessageEntry[] {
  const off = noText(key) ?? none;
  return [
    { id: 'edit', label: 'Edit and publish', off, outcome: () => editOutcome(edit(key, seq)) },
    {
      id: 'publish-again',
      label: 'Publish again',
      off,
      outcome: () => editOutcome(edit(key, seq, 'again'), 'again'),
    },
  ];
}

/** The messages of a topic and of all below it, also those that nothing is subscribed to yet. */
export function subscribeEntry(
  { session, subscribing }: Pick<MessagePorts, 'session' | 'subscribing'>,
  key: TopicKey,
): MessageEntry {
  const { separator } = session.store.getState();
  return {
    id: 'subscribe',
    label: 'Subscribe to this subtree',
    off: noSubtreeFilter(key, separator) ?? subscribing.off(key),
    outcome: () => subscribing.subscribe(key),
  };
}

function noText(key: TopicKey): string | null {
  return isText(key) ? null : NO_TEXT;
}
