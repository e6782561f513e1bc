import type { IConnectPacket, IPublishPacket, ISubscribePacket, ISubscription, Packet } from 'mqtt-packet';
import { matchesFilter } from '../../../src-main/core/topics/filters.ts';
import type { Broker } from '../../../src-main/server/demo/broker/broker.ts';
import type { Link } from '../../../src-main/server/demo/broker/link.ts';
import type { Message } from '../../../src-main/server/demo/broker/session.ts';
import { DEFAULT_AMOUNTS, type HabitAmounts, type HabitName } from './broker-habits.ts';

/** Let the broker answer, say nothing, end the link, or answer so. */
export type HabitAnswer = 'pass' | 'ignore' | 'close' | Packet;

/** An older value of a topic, and until when (ms of `performance.now`) it is still delivered. */
interface Stale {
  readonly message: Message;
  readonly until: number;
}

/** The habits of one scriptable broker; the set may be changed at any time. */
export class Habits {
  readonly on: Set<HabitName>;
  readonly #amounts: HabitAmounts;
  readonly #stale = new Map<string, Stale>();
  /** The owner of the payload shows what an outgoing PUBLISH is: the store keeps copies of its own. */
  readonly #stored = new WeakSet<Uint8Array>();
  readonly #liveRetained = new WeakSet<Uint8Array>();
  /** What stands in the place of what was cleared. */
  readonly #empties = new Map<string, Message>();
  readonly #late = new Map<Link, LateQueue>();
  readonly #sends = new WeakMap<Link, (packet: Packet) => boolean>();
  /** Lets go of the SUBACK that waits for the stored messages. */
  readonly #held = new Map<Link, (packet: Packet | null) => void>();
  readonly #webSockets = new WeakMap<Link, (code: number) => void>();
  readonly #clientIds = new WeakMap<Link, string>();
  /** PUBRELs that were answered by an end, by client ID and packet id. */
  readonly #released = new Set<string>();
  /** CONNECTs of each client ID that were received, by client ID. */
  readonly #connects = new Map<string, number>();
  /** Packet ids of what was sent and not acknowledged. */
  readonly #underWay = new WeakMap<Link, Set<number>>();
  /** What each link is subscribed to. */
  readonly #open = new WeakMap<Link, Set<string>>();
  /** Every filter that was subscribed to. */
  readonly #filters = new Set<string>();
  #broker: Broker | null = null;

  constructor(names: readonly HabitName[], amounts: Partial<HabitAmounts> = {}) {
    this.on = new Set(names);
    this.#amounts = { ...DEFAULT_AMOUNTS, ...amounts };
  }

  /** Puts itself between a broker and its store of retained messages. */
  adopt(broker: Broker): void {
    this.#broker = broker;
    const { retained } = broker;
    const store = retained.store.bind(retained);
    const matching = retained.matching.bind(retained);
    retained.store = (message) => {
      this.#liveRetained.add(message.payload);
      if (!this.#keeps(message)) return;
      this.#remember(message.topic, retained.get(message.topic));
      if (message.payload.length > 0) this.#empties.delete(message.topic);
      else if (this.on.has('stores-empty-messages'))
        this.#empties.set(message.topic, { ...message, payload: Buffer.alloc(0) });
      const cleared = message.qos === 0 && this.on.has('retain-at-qos-0-clears');
      store(cleared ? { ...message, payload: Buffer.alloc(0) } : message);
    };
    const delivered = this.#delivered.bind(this);
    const others = (): Iterable<string> => (this.on.has('brings-stored-of-others') ? this.#filters : []);
    const read = (filter: string, now: number): Iterable<Message> => {
      if (this.on.has('dots-end-levels'))
        return [...matching('#', now)].filter(({ topic }) => matchesFilter(dotted(filter), dotted(topic)));
      if (!this.on.has('misreads-empty-first-level')) return matching(filter, now);
      const found = [...matching(filter === '/#' ? '#' : filter, now)];
      return filter.startsWith('+') ? found.filter(({ topic }) => !topic.startsWith('/')) : found;
    };
    retained.matching = function* (filter, now) {
      for (const one of new Set([filter, ...others()])) yield* delivered(one, read(one, now));
    };
  }

  /** Puts itself between a broker and one link. */
  adoptLink(link: Link, closeWebSocket: ((code: number) => void) | null): void {
    const send = link.send.bind(link);
    this.#sends.set(link, send);
    if (closeWebSocket !== null) this.#webSockets.set(link, closeWebSocket);
    link.send = (packet) => this.#sending(packet, link, send);
    link.stream.once('close', () => {
      this.#late.get(link)?.clear();
      this.#late.delete(link);
    });
  }

  /** What to do with a packet of a client. */
  incoming(packet: Packet, link: Link): HabitAnswer {
    if (packet.cmd === 'connect') return this.#connect(packet, link);
    if (packet.cmd === 'publish') return this.#publish(packet, link);
    if (packet.cmd === 'puback' || packet.cmd === 'pubcomp')
      this.#underWay.get(link)?.delete(packet.messageId ?? 0);
    if (packet.cmd === 'subscribe') return this.#subscribe(packet, link);
    if (packet.cmd === 'unsubscribe')
      for (const filter of packet.unsubscriptions) this.#openOn(link).delete(filter);
    if (packet.cmd === 'pubrel' && this.on.has('closes-on-pubrel')) {
      const id = `${this.#clientIds.get(link)} ${packet.messageId}`;
      if (this.#released.delete(id)) return 'pass';
      this.#released.add(id);
      return 'close';
    }
    return 'pass';
  }

  close(): void {
    for (const queue of this.#late.values()) queue.clear();
    this.#late.clear();
  }

  #keeps(message: Message): boolean {
    return !(message.qos === 0 && message.payload.length > 0 && this.on.has('forgets-retained-at-qos-0'));
  }

  #remember(topic: string, old: Message | undefined): void {
    if (old === undefined || !this.on.has('eventually-consistent')) return;
    // What is delivered now stays so until its own time is over, whatever comes in between.
    const still = this.#stale.get(topic);
    if (still !== undefined && still.until > performance.now()) return;
    this.#stale.set(topic, { message: old, until: performance.now() + this.#amounts.staleMs });
  }

  *#delivered(filter: string, held: Iterable<Message>): Generator<Message> {
    if (this.on.has('no-stored-on-wildcards') && /[+#]/.test(filter)) return;
    if (this.on.has('no-stored-for-empty-last-level') && filter.endsWith('/')) return;
    let left = this.on.has('drops-large-scans') ? this.#amounts.scanLimit : Number.POSITIVE_INFINITY;
    for (const message of this.#asSeen(filter, held)) {
      if (left-- <= 0) return;
      this.#stored.add(message.payload);
      yield message;
    }
  }

  /** The store as its readers see it: behind by up to `staleMs` where the broker is like that. */
  *#asSeen(filter: string, held: Iterable<Message>): Generator<Message> {
    const now = performance.now();
    const stale = new Map<string, Message>();
    for (const [topic, { message, until }] of this.#stale) {
      if (until <= now) this.#stale.delete(topic);
      else if (matchesFilter(filter, topic)) stale.set(topic, message);
    }
    for (const message of held) {
      yield stale.get(message.topic) ?? message;
      stale.delete(message.topic);
    }
    yield* stale.values();
    for (const [topic, message] of this.#empties) if (matchesFilter(filter, topic)) yield message;
  }

  #sending(packet: Packet, link: Link, send: (packet: Packet) => boolean): boolean {
    const held = this.#held.get(link);
    if (held !== undefined && packet.cmd !== 'publish') {
      held(packet.cmd === 'suback' ? packet : null);
      if (packet.cmd === 'suback') return true;
    }
    if (packet.cmd !== 'publish' || !(packet.payload instanceof Uint8Array)) return send(packet);
    if (packet.messageId !== undefined) this.#idsOf(link).add(packet.messageId);
    if (this.#stored.has(packet.payload)) return this.#sendStored(packet, link, send);
    return send({ ...packet, retain: this.#liveRetain(packet, packet.payload) });
  }

  #openOn(link: Link): Set<string> {
    const open = this.#open.get(link) ?? new Set();
    this.#open.set(link, open);
    return open;
  }

  #isHeldBack(link: Link): boolean {
    return this.on.has('filters-are-patterns') && ![...this.#openOn(link)].every(isPattern);
  }

  #idsOf(link: Link): Set<number> {
    const ids = this.#underWay.get(link) ?? new Set();
    this.#underWay.set(link, ids);
    return ids;
  }

  #deliveredAs(topic: string): string {
    return this.on.has('delivers-backslashes-fourfold') ? topic.replaceAll('\\', '\\\\\\\\') : topic;
  }

  #liveRetain(packet: IPublishPacket, payload: Uint8Array): boolean {
    if (this.on.has('live-as-stored')) return this.#liveRetained.has(payload);
    return packet.retain && !this.on.has('ignores-rap');
  }

  #sendStored(stored: IPublishPacket, link: Link, send: (packet: Packet) => boolean): boolean {
    const isAboveQos0 = stored.qos > 0 && this.on.has('stored-unflagged-at-qos-1');
    const unflagged = isAboveQos0 || this.on.has('stored-unflagged');
    const packet = unflagged ? { ...stored, retain: false } : stored;
    const deliver = (one: IPublishPacket): boolean =>
      this.#isHeldBack(link) || send({ ...one, topic: this.#deliveredAs(one.topic) });
    if (!this.on.has('ping-before-stored')) return deliver(packet);
    let queue = this.#late.get(link);
    if (queue === undefined) {
      // Looked up when it leaves: what was cleared or replaced meanwhile went out as a live message.
      const holds = (late: IPublishPacket): boolean =>
        this.on.has('eventually-consistent') ||
        this.#broker?.retained.get(late.topic)?.payload === late.payload;
      queue = new LateQueue(this.#amounts, (late) => void (holds(late) && deliver(late)));
      this.#late.set(link, queue);
    }
    queue.push(packet);
    return true;
  }

  #publish(packet: IPublishPacket, link: Link): HabitAnswer {
    packet.topic = this.#named(packet.topic);
    if (this.on.has('writes-publisher-into-messages') && link.version === 5)
      packet.properties = stamped(packet.properties, this.#clientIds.get(link) ?? '');
    if (!this.on.has('ends-over-refused-publish') || !packet.topic.startsWith('denied/')) return 'pass';
    if (link.version === 5) {
      const { qos, messageId = 0 } = packet;
      if (qos > 0) link.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 135 });
      link.send({ cmd: 'disconnect', reasonCode: 135 });
    }
    return 'close';
  }

  #connect(packet: IConnectPacket, link: Link): HabitAnswer {
    this.#clientIds.set(link, packet.clientId);
    if (this.on.has('reads-old-connect-last')) {
      const count = (this.#connects.get(packet.clientId) ?? 0) + 1;
      this.#connects.set(packet.clientId, count);
      if (count === 1) return 'ignore';
      if (count === 2) {
        link.send({ cmd: 'disconnect', reasonCode: 142 });
        return 'close';
      }
    }
    const closeWebSocket = this.#webSockets.get(link);
    if (closeWebSocket === undefined || link.version !== 5) return 'pass';
    if (!this.on.has('closes-1011-on-version-5')) return 'pass';
    closeWebSocket(1011);
    return 'ignore';
  }

  #named(topic: string): string {
    return this.on.has('dots-become-slashes') ? topic.replaceAll('.', '/') : topic;
  }

  /** The subscription as the broker takes it. */
  #taken(asked: ISubscription): ISubscription {
    const rap = asked.rap && !(this.on.has('ignores-rap-on-wildcards') && /[+#]/.test(asked.topic));
    return { ...asked, topic: this.#named(asked.topic), ...(rap === undefined ? {} : { rap }) };
  }

  #subscribe(packet: ISubscribePacket, link: Link): HabitAnswer {
    if (this.on.has('closes-on-sys') && packet.subscriptions.some(({ topic }) => topic.startsWith('$SYS')))
      return 'close';
    const messageId = packet.messageId ?? 0;
    if (this.on.has('one-table-of-ids') && this.#idsOf(link).has(messageId)) {
      const code = link.version === 5 ? 145 : 128;
      return { cmd: 'suback', messageId, granted: packet.subscriptions.map(() => code) };
    }
    const refused = (topic: string): boolean => this.on.has('refuses-sys') && topic.startsWith('$SYS');
    const literal = (topic: string): boolean =>
      this.on.has('share-is-literal') && link.version < 5 && topic.startsWith('$share/');
    const others = packet.subscriptions.filter(({ topic }) => !refused(topic) && !literal(topic));
    const granted = packet.subscriptions.map(({ topic, qos }) =>
      refused(topic) ? (link.version === 5 ? 135 : 128) : qos,
    );
    const answer: Packet = { cmd: 'suback', messageId, granted };
    if (others.length === 0) return answer;
    const all = others.length === packet.subscriptions.length;
    // The broker grants what is left; its answer is made to speak for all.
    packet.subscriptions = others.map((one) => this.#taken(one));
    for (const { topic } of packet.subscriptions) {
      this.#filters.add(topic);
      this.#openOn(link).add(topic);
    }
    if (!all || this.on.has('stored-before-suback')) this.#holdSuback(link, all ? null : answer);
    return 'pass';
  }

  /** The broker answers within this turn, with its stored messages; its SUBACK follows them. */
  #holdSuback(link: Link, instead: Packet | null): void {
    let suback: Packet | null = null;
    const letGo = (): void => {
      if (this.#held.get(link) === hold) this.#held.delete(link);
      if (suback !== null) this.#sends.get(link)?.(suback);
      suback = null;
    };
    const hold = (packet: Packet | null): void => {
      if (packet === null) letGo();
      else suback = instead ?? packet;
    };
    this.#held.set(link, hold);
    queueMicrotask(letGo);
  }
}

function dotted(name: string): string {
  return name.replaceAll('.', '/');
}

function stamped(
  properties: IPublishPacket['properties'],
  clientId: string,
): NonNullable<IPublishPacket['properties']> {
  return { ...properties, userProperties: { ...properties?.userProperties, 'x-mqtt-client-id': clientId } };
}

function isPattern(filter: string): boolean {
  try {
    new RegExp(filter.replaceAll('+', '[^/]+').replaceAll('#', '.*'), 'u');
    return true;
  } catch {
    return false;
  }
}

/** Stored messages of one link that leave some time after they were asked for, in their order. */
class LateQueue {
  readonly #amounts: HabitAmounts;
  readonly #send: (packet: IPublishPacket) => void;
  readonly #waiting: IPublishPacket[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(amounts: HabitAmounts, send: (packet: IPublishPacket) => void) {
    this.#amounts = amounts;
    this.#send = send;
  }

  push(packet: IPublishPacket): void {
    this.#waiting.push(packet);
    this.#timer ??= setTimeout(() => this.#some(), this.#amounts.storedAfterMs);
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.length = 0;
  }

  #some(): void {
    for (const packet of this.#waiting.splice(0, this.#amounts.storedAtOnce)) this.#send(packet);
    this.#timer =
      this.#waiting.length === 0 ? null : setTimeout(() => this.#some(), this.#amounts.storedEveryMs);
  }
}
