import type { ReactNode } from 'react';
import { hexPairs } from '../../../src-main/core/payload/hex-text.ts';
import { messageProperties, type MessageProperty } from '../../../src-main/core/payload/properties.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import type { Loaded } from '../../state/inspector/inspector.ts';
import { formatBytes, formatClockMs, formatCount, formatDay, formatSpan } from '../../ui/base/format.ts';
import { retainedWords, retainFlagWords } from './retained-labels.ts';

/** Correlation data shown in hex, bytes; the rest is counted. */
const HEX_BYTES = 64;

/** What came with the message, and what is known of its topic. */
export function PropertiesPanel({
  loaded,
  topic,
}: {
  readonly loaded: Loaded;
  readonly topic: SelectedTopic;
}) {
  const { meta } = loaded;
  const properties = messageProperties(loaded.properties);
  return (
    <div className="insp-body">
      <Group title="MQTT 5 properties">
        {properties.length === 0 ? (
          <p className="insp-note">The message carried no MQTT 5 properties.</p>
        ) : (
          <dl className="props">
            {properties.map((property, at) => (
              <Fact key={at} {...propertyWords(property)} />
            ))}
          </dl>
        )}
      </Group>
      <Group title="Message">
        <dl className="props">
          <Fact name="Received" value={`${formatDay(meta.at)}, ${formatClockMs(meta.at)}`} />
          <Fact name="QoS" value={String(meta.qos)} />
          <Fact name="Retain flag" value={retainFlagWords(meta)} />
          <Fact name="Packet identifier" value={packetIdWords(meta)} />
          <Fact name="Duplicate flag" value={meta.dup ? 'Set: delivered again' : 'Not set'} />
          <Fact name="Payload" value={bytesWords(meta.size)} />
          {meta.kept < meta.size ? <Fact name="Kept" value={`The first ${bytesWords(meta.kept)}`} /> : null}
          <Fact name="Properties" value={bytesWords(meta.propertyBytes)} />
        </dl>
      </Group>
      <Group title="Topic">
        <dl className="props">
          <Fact name="Messages" value={formatCount(topic.messages)} />
          <Fact name="Retained" value={retainedWords(topic.retained)} />
        </dl>
      </Group>
    </div>
  );
}

/** What the broker named this delivery; before it is acknowledged, no other in this direction has that number. */
function packetIdWords({ qos, packetId }: MessageMeta): string {
  if (qos === 0) return 'None at QoS 0';
  return packetId === undefined ? 'Not known' : String(packetId);
}

function bytesWords(bytes: number): string {
  return bytes < 1_000 ? formatBytes(bytes) : `${formatBytes(bytes)} (${formatCount(bytes)} B)`;
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="props-group">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface Words {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

function Fact({ name, value, mono }: Words) {
  return (
    <div>
      <dt>
        <Text of={name} />
      </dt>
      <dd className={mono === true ? 'mono' : undefined}>
        <Text of={value} />
      </dd>
    </div>
  );
}

/** A property may have an empty name, and an empty value: nothing at all would hide it. */
function Text({ of }: { readonly of: string }) {
  return of === '' ? <span className="tone-mut">(empty)</span> : <bdi>{escapeUnsafe(of)}</bdi>;
}

function propertyWords(property: MessageProperty): Words {
  switch (property.kind) {
    case 'format':
      return { name: 'Payload format', value: property.text ? 'Text in UTF-8 (1)' : 'Bytes (0)' };
    case 'expiry':
      return {
        name: 'Message expiry',
        value: `${formatCount(property.seconds)} s (${formatSpan(property.seconds * 1_000)})`,
      };
    case 'content-type':
      return { name: 'Content type', value: property.text, mono: true };
    case 'response-topic':
      return { name: 'Response topic', value: displayTopic(property.text), mono: true };
    case 'correlation-data':
      return { name: 'Correlation data', value: hexWords(property.bytes), mono: true };
    case 'subscription':
      return { name: 'Subscription identifier', value: String(property.id) };
    case 'user':
      return { name: property.name, value: property.value, mono: true };
    case 'other':
      return { name: `Property ${property.id}`, value: hexWords(property.bytes), mono: true };
  }
}

function hexWords(bytes: Uint8Array): string {
  const shown = hexPairs(bytes.subarray(0, HEX_BYTES));
  return bytes.length > HEX_BYTES ? `${shown} … (${bytes.length} B)` : shown;
}
