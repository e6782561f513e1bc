import type { ConnectionTestReport, TestStepName } from '../contract/connection-test.ts';
import type { StreamSignal } from '../contract/define.ts';
import { failed, type Failure } from '../contract/errors.ts';
import type { ConnectionOptions, ServerLimits } from '../contract/model.ts';
import { generateClientId } from '../core/session/client-id.ts';
import { address } from '../core/session/failure-case.ts';
import type { Phase } from '../core/session/failures.ts';
import { subscribeRefusal } from '../core/session/reasons.ts';
import { TestReport } from '../core/session/test-report.ts';
import { versionMemory, versionRefused, versionToTry, type WireVersion } from '../core/session/version.ts';
import type { Intake } from '../core/topics/intake.ts';
import { checkTopicFilter } from '../core/topics/names.ts';
import { Attempt } from './attempt.ts';
import { targetOf, usesTls, usesWebSocket, type Dialled } from './dial.ts';
import type { Connack, Link, LinkEnd } from './link.ts';
import { serverLimits } from './online-state.ts';
import type { ConnectionPorts } from './ports.ts';
import { Pulse } from './pulse.ts';
import { SessionMemory } from './session-memory.ts';
import { WireRequests } from './wire-requests.ts';

const STEPS: Readonly<Record<Exclude<Phase, 'online'>, TestStepName>> = {
  resolving: 'lookup',
  connecting: 'tcp',
  proxying: 'proxy',
  securing: 'tls',
  upgrading: 'websocket',
  handshaking: 'connect',
};

/** Between two reports while nothing but the time changes. */
const PACE_MS = 250;
/** Time for DISCONNECT to leave. */
const CLOSE_MS = 500;
/** Payload bytes kept of a message: none is looked at. */
const NO_PAYLOAD = 1;

/** What the test does with messages: the broker may send a flood, and nothing of it is wanted. */
const NOWHERE: Intake = { message: () => undefined };

/** Whose refusals a client id of the test's own may be to blame for. */
const BY_CLIENT_ID = new Set(['connack-2', 'connack-5', 'connack-133', 'connack-134', 'connack-135']);

/**
 * Tries options step by step and tells what came out, without touching any session: a client id of its own,
 * a clean start, no will, a session that expires at once, DISCONNECT at the end. The time for all is the
 * connect timeout, once more for the subscriptions.
 */
export class TestRun {
  readonly #options: ConnectionOptions;
  readonly #given: ConnectionOptions;
  readonly #ports: ConnectionPorts;
  readonly #report: TestReport;
  readonly #changed = new Pulse();
  readonly #memory = new SessionMemory();
  #attempt: Attempt | null = null;
  #requests: WireRequests | null = null;
  #connack: Connack | null = null;
  #versions;

  constructor(options: ConnectionOptions, ports: ConnectionPorts) {
    this.#given = options;
    this.#options = {
      ...options,
      clientId: generateClientId(ports.random),
      cleanStart: true,
      sessionExpiry: 0,
      will: null,
    };
    this.#ports = ports;
    this.#versions = versionMemory(options.version);
    const target = targetOf(options);
    const path = usesWebSocket(target) ? target.path : '';
    this.#report = new TestReport(`${target.protocol}://${address(target)}${path}`, performance.now());
    if (!usesTls(target)) this.#report.skip('tls', `Not used: the protocol is ${target.protocol}.`);
    if (!usesWebSocket(target))
      this.#report.skip('websocket', `Not used: the protocol is ${target.protocol}.`);
    if (options.proxy === null) this.#report.skip('proxy', 'Not used: the profile has no proxy.');
  }

  async *reports(signal: StreamSignal): AsyncGenerator<ConnectionTestReport> {
    this.#start();
    try {
      while (!signal.aborted) {
        const report = this.#report.read(performance.now());
        yield report;
        if (report.kind !== 'running') return;
        await this.#changed.next(PACE_MS, signal);
      }
    } finally {
      await this.close();
    }
  }

  #start(): void {
    const version = versionToTry(this.#versions);
    const attempt: Attempt = new Attempt(
      {
        options: this.#options,
        clientId: this.#options.clientId,
        version,
        memory: this.#memory,
        intake: NOWHERE,
        maxPayloadBytes: NO_PAYLOAD,
        ports: this.#ports,
        shown: (shown) => this.#report.shows(shown.report()),
      },
      {
        phase: (phase, at) => this.#entered(STEPS[phase], at),
        notes: (lines) => lines.forEach((line) => this.#report.detail('connect', line)),
        accepted: (link, connack) => this.#accepted(link, connack),
        ready: (link, dialled) => void this.#ready(link, dialled, version),
        sent: (note) => this.#requests?.sent(note),
        received: (note) => this.#requests?.received(note),
        pinged: () => undefined,
        fault: () => undefined,
        ended: (end) => this.#ended(end, version),
      },
    );
    this.#attempt = attempt;
  }

  #entered(step: TestStepName, at: string): void {
    this.#report.enter(step, performance.now());
    if (step === 'tcp') this.#report.detail('tcp', `Trying ${at}`);
    this.#changed.beat();
  }

  #accepted(link: Link, connack: Connack): void {
    this.#requests = new WireRequests(link, this.#memory);
    this.#connack = connack;
  }

  async #ready(link: Link, dialled: Dialled, version: WireVersion): Promise<void> {
    const connack = this.#connack;
    const requests = this.#requests;
    if (!connack || !requests) return;
    this.#report.says('tcp', `Connected to ${dialled.address}.`);
    if (dialled.tls) {
      const { version: tls, cipher, verified, mutual } = dialled.tls;
      this.#report.says('tls', `${tls}, ${verified ? 'certificate verified' : 'certificate NOT verified'}.`);
      this.#report.detail('tls', `Cipher ${cipher}`);
      if (mutual) this.#report.detail('tls', 'A client certificate was sent.');
    }
    const clientId = connack.properties.assignedClientId ?? this.#options.clientId;
    this.#report.detail('connect', `Client id of the test: ${clientId}`);
    for (const line of limitLines(serverLimits(connack))) this.#report.detail('connect', line);
    this.#report.done('connect', `Accepted with MQTT ${version}.`, performance.now());
    await this.#subscribe(requests, link);
    if (this.#attempt?.link === link) this.#passed();
  }

  async #subscribe(requests: WireRequests, link: Link): Promise<void> {
    const wanted = this.#given.subscriptions.filter(({ enabled }) => enabled);
    if (wanted.length === 0) {
      this.#report.skip('subscribe', 'The profile subscribes to nothing.');
      return;
    }
    this.#report.enter('subscribe', performance.now());
    this.#changed.beat();
    const deadline = performance.now() + this.#options.connectTimeoutMs;
    const refusals: Failure[] = [];
    for (const request of wanted) {
      const left = deadline - performance.now();
      const refusal =
        checkTopicFilter(request.filter) ??
        (await this.#one(requests, link, { ...request, retainHandling: 2 }, Math.max(1, left)));
      if (refusal) refusals.push(refusal);
      // The link ended: `ended` tells.
      if (!link.online) return;
    }
    const [first] = refusals;
    const granted = wanted.length - refusals.length;
    const result = `${granted} of ${wanted.length} filters granted.`;
    if (first && granted === 0) this.#report.failed('subscribe', first, performance.now());
    else this.#report.done('subscribe', result, performance.now());
  }

  async #one(
    requests: WireRequests,
    link: Link,
    request: ConnectionOptions['subscriptions'][number],
    withinMs: number,
  ): Promise<Failure | null> {
    const { filter, qos } = request;
    const answer = await requests.subscribe([request], 0, undefined, withinMs);
    if (!link.online) return null;
    const code = answer.kind === 'answered' ? (answer.codes[0] ?? 128) : null;
    if (code === null) {
      this.#report.detail('subscribe', `${filter}: no answer`);
      return failed(
        'suback-timeout',
        `The broker did not answer the subscription to “${filter}” in time.`,
        'Try a lower QoS: some brokers do not answer QoS 2.',
      );
    }
    if (code < 128) {
      this.#report.detail('subscribe', `${filter}: granted QoS ${code}${code < qos ? `, asked ${qos}` : ''}`);
      return null;
    }
    const words = answer.kind === 'answered' ? { reasonString: answer.reason ?? undefined } : {};
    const refusal = subscribeRefusal(filter, code, words);
    this.#report.detail('subscribe', `${filter}: refused. ${refusal.message} ${refusal.advice}`);
    return refusal;
  }

  #passed(): void {
    const report = this.#report.read(performance.now());
    const { why } = report;
    const message = why
      ? 'The broker accepts the connection, but none of the subscriptions.'
      : 'The connection works: the broker accepted it.';
    this.#report.end({ message, advice: why?.advice ?? '' }, performance.now());
    this.#changed.beat();
  }

  #ended(end: LinkEnd, version: WireVersion): void {
    this.#requests?.close();
    this.#requests = null;
    this.#attempt = null;
    if (this.#report.ended) return;
    const { failure, retry } = end.ending;
    const { memory, again } = versionRefused(
      this.#versions,
      end.versionUnknown && this.#connack === null,
      retry === 'never',
    );
    this.#versions = memory;
    if (again) {
      this.#report.detail('connect', `MQTT ${version}: ${failure.message}`);
      this.#start();
      return;
    }
    const now = performance.now();
    // Before the first step only CONNECT was put together.
    this.#report.failed(this.#report.running ?? 'connect', failure, now);
    this.#report.end({ message: failure.message, advice: this.#advice(failure) }, now);
    this.#changed.beat();
  }

  #advice(failure: Failure): string {
    const { clientId } = this.#given;
    if (clientId === '' || !BY_CLIENT_ID.has(failure.code)) return failure.advice;
    return `${failure.advice} The test used a client id of its own, to disturb no session: a broker that allows only “${clientId}” may refuse the test and accept the profile.`;
  }

  /** DISCONNECT, if there is whom to tell. */
  async close(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#requests?.close();
    await attempt?.close(CLOSE_MS);
  }
}

function limitLines(limits: ServerLimits): string[] {
  const yesNo = (what: string, value: boolean | undefined): string | null =>
    value === false ? `${what}: not available` : null;
  const figure = (what: string, value: number | undefined, unit = ''): string | null =>
    value === undefined ? null : `${what}: ${value}${unit}`;
  const lines = [
    figure('Receive maximum', limits.receiveMaximum),
    figure('Maximum packet size', limits.maximumPacketSize, ' bytes'),
    figure('Maximum QoS', limits.maximumQos),
    figure('Session expiry', limits.sessionExpiryInterval, ' s'),
    yesNo('Retained messages', limits.retainAvailable),
    yesNo('Wildcard subscriptions', limits.wildcardSubscriptionAvailable),
    yesNo('Shared subscriptions', limits.sharedSubscriptionAvailable),
    yesNo('Subscription identifiers', limits.subscriptionIdentifiersAvailable),
  ];
  return lines.filter((line) => line !== null);
}
