import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { DecodedBy } from '../../../../../../src-main/contract/decoding/decoded.ts';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { DecoderChain, DecoderRule } from '../../../../../../src-main/contract/model/decoder-rule.ts';
import { ruleFor } from '../../../../../../src-main/core/topics/decoder-rules.ts';
import type { Decoding } from '../../../../../../src-renderer/features/inspector/decoder/decoding.ts';
import { inspectingOf } from '../../../../../../src-renderer/features/inspector/inspecting.ts';
import type { KnownSchema } from '../../../../../../src-renderer/state/decoding/schemas.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { bytesOf, decoded } from '../../../../../support/decoding.ts';
import { Observable } from '../../../../../support/engine/fake-engine.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { answer } from '../../../../../support/window/live.ts';
import { metaOf } from '../../../state/inspector/fake-log.ts';

export interface DecodingBench {
  readonly fake: FakeApp;
  readonly session: ConnectionSession;
  readonly decoding: Decoding;
  /** As the engine has them. */
  readonly rules: Observable<{ rules: DecoderRule[]; where: 'profile' | 'memory' }>;
  readonly schemas: Observable<{ files: KnownSchema[] }>;
  /** Chains that messages were decoded by, in order; null: automatically. */
  readonly chains: (DecoderChain | null)[];
  /** Selects a topic, whose message is decoded. */
  select(key: string): Promise<void>;
}

/**
 * What the inspector knows of decoding, on an engine that decodes in this thread.
 *
 * @param messages bytes of the latest message of each topic, as `bytesOf` reads them
 */
export function decodingBench(messages: Readonly<Record<string, string>>): DecodingBench {
  const fake = fakeApp();
  const { engine } = fake;
  const chains: (DecoderChain | null)[] = [];
  const rules: DecodingBench['rules'] = new Observable({ rules: [], where: 'memory' });
  const schemas: DecodingBench['schemas'] = new Observable({ files: [] });
  const latest = (key: string) => bytesOf(messages[key] ?? '');
  answer(engine, 'decoderRules', (_, signal) => rules.follow(signal));
  answer(engine, 'schemas', (_, signal) => schemas.follow(signal) as never);
  answer(engine, 'readMessage', ({ key, offset, length }) => {
    const bytes = latest(key);
    const meta = metaOf(1, bytes.length);
    return {
      ...{ kind: 'message', meta, offset, properties: new Uint8Array() },
      bytes: bytes.slice(offset, offset + length),
    };
  });
  answer(engine, 'decode', ({ source, chain }) => {
    if (source.kind !== 'message') return failed('no-message', 'There is none.', '');
    chains.push(chain);
    const rule = chain === null ? ruleFor(rules.value.rules, source.key) : null;
    const by: DecodedBy =
      rule !== null
        ? { kind: 'rule', filter: rule.filter }
        : { kind: chain === null ? 'automatic' : 'chosen' };
    return { ...decoded(latest(source.key), chain ?? rule?.chain ?? null), by };
  });
  answer(engine, 'setDecoderRule', ({ filter, chain }) => {
    const others = rules.value.rules.filter((one) => one.filter !== filter);
    rules.set({ ...rules.value, rules: chain === null ? others : [...others, { filter, chain }] });
    return { kind: 'saved', where: rules.value.where };
  });
  const session = fakeSession(fake);
  const { decoding } = inspectingOf(fake.app, session);
  decoding.reader.setOpen(true);
  return {
    ...{ fake, session, decoding, rules, schemas, chains },
    async select(key) {
      await act(async () => {
        session.select(key);
        const state = decoding.reader.store;
        await expect
          .poll(() => state.getState().shown?.key === key || state.getState().problem !== null)
          .toBe(true);
      });
    },
  };
}
