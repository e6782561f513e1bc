import { isShared } from '../../core/topics/filters.ts';
import type { ConnectionOptions, Qos, SubscriptionStatus, TopicKey } from '../../contract/model/model.ts';
import { publishEvidence, type Evidence } from '../../core/retained/evidence.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import { BroughtTopics } from '../../core/inventory/brought.ts';
import type { TopicNames } from '../../core/retained/topic-names.ts';
import { NO_NODE, type Node } from '../../core/topics/columns/nodes.ts';
import { keyBytes, topicKey } from '../../core/topics/names.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import type { LogRing } from '../base/log-ring.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';
import type { Link } from '../link/link.ts';
import type { Publisher } from '../publish/publisher.ts';
import { isAsked, type Subscriptions } from '../subscriptions/subscriptions.ts';
import { Absence, isWild, type Scanned } from './absence.ts';
import { RetainedCleaner } from './cleaner.ts';
import type { CleaningLink } from './cleaning.ts';
import { RetainedProbe, type ProbeConnection, type ProbeOptions } from '../probe/probe.ts';
import { liveRetain } from '../subscriptions/live-retain.ts';
import { brokerCount, retainedShortfall } from '../subscriptions/retained-count.ts';
import { InventoryProbe } from './inventory-probe.ts';
import { RetainedInventory } from './inventory.ts';
import { Discovery } from './discovery.ts';
import { KnownNodes } from './known-nodes.ts';
import { ScanWatch } from './scan.ts';
import { StoredQos } from './stored-qos.ts';
import { StoreWitness } from './witness.ts';
import { UnseenIntake } from '../probe/unseen.ts';

export interface TruthOptions extends Pick<ProbeOptions, 'online' | 'maxPayloadBytes' | 'fault'> {
  readonly options: ConnectionOptions;
  readonly ports: ConnectionPorts;
  readonly store: TopicStore;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: LogRing;
  /** There is something new to show. */
  readonly wake: () => void;
  /** Makes the second connection; left out: to the same broker. */
  readonly connect?: (intake: Intake) => ProbeConnection;
}

/** What a publish of ours showed. */
interface OwnPublish {
  readonly evidence: Evidence;
  readonly expiry: number;
  readonly at: number;
  /** A subscription shows what happens to it from then on. */
  readonly isCovered: boolean;
}

/** What matters of a subscription for its scan. */
type AskedFor = Pick<SubscriptionStatus, 'filter' | 'noLocal' | 'retainHandling'>;

const NO_WILDCARDS =
  'This broker does not deliver retained messages to subscriptions with a wildcard: it holds some that the scan did not bring.';
const NO_WILDCARDS_ADVICE =
  'Topics that were known to be retained are asked for one by one. Subscribe to a topic by its exact name to see its retained message.';

/** Of those that wait for their topic to be known. */
const MOST_OWN = 1_000;
const DOLLAR = 0x24;
const MOST_OURS = 100_000;
const VERSION = keyBytes('$SYS/broker/version');

/** What is known of the messages that the broker stores: what happens on the link is turned into evidence. */
export class RetainedTruth {
  readonly cleaner: RetainedCleaner;
  readonly probe: RetainedProbe;
  readonly inventory: RetainedInventory;
  readonly discovery: Discovery;
  readonly inventoryProbe: InventoryProbe;
  readonly #qos = new StoredQos();
  readonly #nodes: KnownNodes;
  readonly #o: TruthOptions;
  readonly #scan: ScanWatch;
  readonly #absence: Absence;
  /** Scans that are not judged yet. */
  #scans: Scanned[] = [];
  #freshBefore = 0;
  /** Filters that bring every message, as of the last change. */
  #granted: ReadonlySet<string> = new Set();
  /** Filters that bring messages whenever there is a link. */
  #asked: ReadonlySet<string> = new Set();
  #isMqtt5 = false;
  /** When we published a message to it last, ms since the epoch; of the latest. */
  readonly #oursAt = new Map<Node, number>();
  readonly oursAt = (node: Node): number => this.#oursAt.get(node) ?? 0;
  /** Our own publishes to topics that are not known yet. */
  readonly #own = new Map<TopicKey, OwnPublish>();

  constructor(options: TruthOptions) {
    this.#o = options;
    const { store, clock } = options;
    this.#nodes = new KnownNodes(store);
    const witness = new StoreWitness({ ...options, nodes: this.#nodes, qos: this.#qos });
    const fenceHolds = () => this.#isMosquitto();
    const brought = new BroughtTopics(store);
    const unasked = new UnseenIntake(store, (node) => this.#unseen(node), brought);
    this.probe = new RetainedProbe({ ...options, witness, unasked, fenceHolds }, options.connect);
    this.cleaner = new RetainedCleaner({ ...options, topics: store, nodes: this.#nodes, probe: this.probe });
    this.discovery = new Discovery({
      topics: store,
      clock,
      probe: this.probe,
      brought,
      count: brokerCount(store, options.subscriptions, clock),
      isMosquitto: fenceHolds,
      retainAvailable: () => this.cleaner.retainAvailable,
    });
    this.inventoryProbe = new InventoryProbe({
      clock,
      probe: this.probe,
      discovery: this.discovery,
      unseen: () => unasked.count,
      takeDoubted: () => unasked.takeDoubted(),
      isOnline: () => options.online() !== null,
    });
    this.inventory = new RetainedInventory({
      store,
      clock,
      qosOf: (node, look, fact) => this.#qos.of(node, look, fact),
      oursAt: this.oursAt,
      retainAvailable: () => this.cleaner.retainAvailable,
      shortfall: () => retainedShortfall(store, options.subscriptions),
      probe: () => this.inventoryProbe.state,
    });
    options.publisher.retained = (message, outcome) => this.#published(message, outcome);
    store.listen({
      nodeAdded: (node) => this.#appeared(node),
      nodeRemoved: (node) => this.#forget(node),
      becameTopic: (node) => this.#appeared(node),
      ceasedToBeTopic: (node) => this.#forget(node),
    });
    this.#absence = new Absence({
      store,
      clock,
      ask: (keys) => this.probe.ask(keys, 0),
      readsPlus: fenceHolds,
      wake: options.wake,
      warnOfWildcards: () => options.log.add('warn', NO_WILDCARDS, NO_WILDCARDS_ADVICE),
    });
    this.#scan = new ScanWatch(clock, {
      count: () => store.facts.fresh,
      ended: (complete, ms) => this.#scanned(complete, ms),
      late: (ms) => this.probe.lag.expect(ms),
      judged: (possible) => void this.#judge(possible),
    });
  }

  /** CONNACK, in the order of the wire. */
  accepted(link: Link): void {
    const { facts } = this.#o.store;
    this.#o.store.sessionChanged();
    this.#isMqtt5 = link.level === 5;
    facts.setLiveRetain({ possible: this.#isMqtt5, everywhere: false, vouches: () => false });
    this.#own.clear();
  }

  ready(link: CleaningLink): void {
    this.cleaner.started(link);
  }

  /** What is subscribed to, or how. */
  subscriptionsChanged(): void {
    const { store, subscriptions } = this.#o;
    const status = subscriptions.status();
    this.#qos.subscriptionsChanged(status);
    store.facts.setLiveRetain(liveRetain(status, this.#isMqtt5));
    const before = this.#granted;
    this.#granted = new Set(status.flatMap((one) => (bringsAll(one) ? [one.filter] : [])));
    for (const filter of before) if (!this.#granted.has(filter)) this.#uncovered(filter);
    const asked = this.#asked;
    this.#asked = new Set(status.flatMap((one) => (isAsked(one.result) ? [one.filter] : [])));
    for (const filter of asked) if (!this.#asked.has(filter)) this.#unheard(filter);
  }

  /** A SUBSCRIBE was written, in the order of the wire. */
  scanBegins({ filter, noLocal, retainHandling }: AskedFor, link: Link | null): void {
    if (!link) return;
    const { facts } = this.#o.store;
    this.#qos.asked(this.#o.clock.wall());
    if (this.#scans.length === 0) this.#freshBefore = facts.fresh;
    // `#` and `+` do not stand for `$SYS`, so such two bring each topic once.
    const apart = this.#scans.every((other) => other.filter.startsWith('$') !== filter.startsWith('$'));
    const epoch = facts.scanBegan(apart);
    const whole = !isShared(filter) && !noLocal && retainHandling === 0;
    this.#scans = [...this.#scans.filter((other) => other.filter !== filter), { filter, epoch, whole }];
    this.#scan.begin(link);
  }

  ended(): void {
    this.#o.store.sessionChanged();
    this.#scan.closed();
    this.#scans = [];
    this.#granted = new Set();
    this.cleaner.ended();
    this.probe.close();
  }

  /** Our own publish with Retain was settled. */
  #published(message: PublishMessage, { kind }: PublishOutcome): void {
    const { store, clock, subscriptions } = this.#o;
    const evidence = publishEvidence(message.payload.length === 0, kind);
    if (evidence === null) return;
    const expiry = message.properties?.messageExpiry ?? -1;
    const isCovered = subscriptions.covers(message.topic);
    const own = { evidence, expiry, at: clock.wall(), isCovered };
    const node = store.find(keyBytes(message.topic));
    if (node !== NO_NODE && store.isTopic(node)) this.#learnOwn(node, own);
    else if (this.#own.size < MOST_OWN) this.#own.set(message.topic, own);
    this.#o.wake();
  }

  /** The broker may acknowledge before it delivers, so the topic may be new. */
  #appeared(node: Node): void {
    if (this.#own.size === 0 || !this.#o.store.isTopic(node)) return;
    const key = topicKey(this.#o.store.pathBytes(node));
    const own = this.#own.get(key);
    if (own === undefined) return;
    this.#own.delete(key);
    this.#learnOwn(node, own);
  }

  #forget(node: Node): void {
    this.#qos.forget(node);
    this.#oursAt.delete(node);
  }

  #learnOwn(node: Node, { evidence, expiry, at, isCovered }: OwnPublish): void {
    const { facts } = this.#o.store;
    if (evidence === 'published' || evidence === 'sent') {
      if (this.#oursAt.size >= MOST_OURS) this.#oursAt.clear();
      this.#oursAt.set(node, at);
    }
    facts.learn(node, evidence, 'us', expiry, at);
    if (!isCovered) facts.uncovered(node);
  }

  #scanned(complete: boolean, ms: number): void {
    const { store, log } = this.#o;
    store.facts.scanEnded();
    const after = `${(ms / 1_000).toFixed(1)} s`;
    if (complete) log.add('info', `The scan of retained messages ended after ${after}.`);
    else log.add('warn', `The broker did not confirm the end of the retained messages within ${after}.`);
  }

  /** What the scans did not bring. */
  async #judge(possible: boolean): Promise<void> {
    const { store } = this.#o;
    const scans = this.#scans.filter(({ filter, whole }) => this.#granted.has(filter) || !whole);
    const count = store.facts.fresh - this.#freshBefore;
    const run = this.#scans;
    // Before MQTT 5 they were stored ones for certain.
    const wild = scans.filter(({ filter }) => isWild(filter)).length;
    const surely = !this.#isMqtt5 && count > scans.length - wild && wild > 0;
    if (surely || this.#isMosquitto()) this.#absence.wildcardsDeliver();
    if (possible) await this.#absence.judge(scans, count);
    if (this.#scans !== run) return;
    this.#scans = [];
    store.facts.scanJudged();
    this.#o.wake();
  }

  /** No subscription shows any more what happens to these topics. */
  #uncovered(filter: string): void {
    const { store, subscriptions } = this.#o;
    const matcher = new FilterBytes(filter);
    store.sweep({
      matches: (topic) => matcher.matches(topic, 0, topic.length),
      wanted: (node) => store.retained(node).by !== 'none',
      visit: (node, topic) => {
        if (!subscriptions.covers(topicKey(topic))) store.facts.uncovered(node);
        return true;
      },
      done: () => undefined,
    });
  }

  /** Messages of these topics do not come any more, which is no reason to call them late. */
  #unheard(filter: string): void {
    const { store, subscriptions } = this.#o;
    const matcher = new FilterBytes(filter);
    store.sweep({
      matches: (topic) => matcher.matches(topic, 0, topic.length),
      wanted: (node) => store.usualInterval(node) > 0,
      visit: (node, topic) => {
        if (!subscriptions.asksFor(topicKey(topic))) store.rhythms.forget(node);
        return true;
      },
      done: () => undefined,
    });
    this.#o.wake();
  }

  /** Known to answer PINGREQ after what it owed before. */
  #isMosquitto(): boolean {
    const { store } = this.#o;
    const node = store.find(VERSION);
    const record = node === NO_NODE ? null : store.record(store.lastRecord(node));
    const start = record?.payload.subarray(0, 16) ?? new Uint8Array(0);
    return new TextDecoder().decode(new Uint8Array(start)).startsWith('mosquitto');
  }

  /** A place of a list that a probe asked for until `at`: `qos` at which it was delivered; null: it is not there. */
  probedAt(
    node: Node,
    qos: Qos | null,
    granted: Qos,
    expiry: number,
    names: TopicNames,
    place: number,
    at: number,
  ): void {
    const { store } = this.#o;
    store.facts.learn(node, qos === null ? 'absent' : 'stored', 'probe', expiry, at);
    if (qos !== null) this.#qos.probed(node, qos, granted, at);
    // No subscription shows what happens to it from now on.
    if (!this.#isCovered(names, place)) store.facts.uncovered(node);
    this.#o.wake();
  }

  /** An empty message of ours to it was acknowledged, or the link ended before that. */
  emptiedAt(node: Node, evidence: Evidence, names: TopicNames, place: number, at: number): void {
    this.#learnOwn(node, { evidence, expiry: -1, at, isCovered: this.#isCovered(names, place) });
    this.#o.wake();
  }

  #isCovered(names: TopicNames, place: number): boolean {
    const { subscriptions } = this.#o;
    // `#` does not stand for topics that begin with a dollar sign.
    const isPlain = names.bytes[names.start(place)] !== DOLLAR;
    return (isPlain && subscriptions.isGranted('#')) || subscriptions.covers(names.key(place));
  }

  /** A probe brought a topic that nobody had seen. */
  #unseen(node: Node): void {
    const { store, subscriptions } = this.#o;
    if (!subscriptions.covers(topicKey(store.pathBytes(node)))) store.facts.uncovered(node);
    this.#o.wake();
  }
}

/** A granted subscription that brings every message of its topics. */
function bringsAll({ filter, result }: SubscriptionStatus): boolean {
  return result.kind === 'granted' && !isShared(filter);
}
