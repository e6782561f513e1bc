import { formatCounted } from '../../core/text/amounts.ts';
import type { ConnectionTestReport, TestStepName } from '../../contract/connection-test.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions, ServerLimits } from '../../contract/model/model.ts';
import { address } from '../../core/session/failures/failure-case.ts';
import { internalFault, type Phase } from '../../core/session/failures/failures.ts';
import { narrowerFilters, subscribeRefusal } from '../../core/session/failures/subscribe-refusals.ts';
import { isTlsFailure } from '../../core/session/failures/tls-failures.ts';
import { TestReport } from '../../core/session/failures/test-report.ts';
import {
  versionMemory,
  versionRefused,
  versionToTry,
  type VersionMemory,
  type WireVersion,
} from '../../core/session/machine/version.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { Attempt } from '../link/attempt.ts';
import { asStranger } from '../liveness/elsewhere.ts';
import { targetOf, usesTls, usesWebSocket, type Dialled } from '../dial/dial.ts';
import type { Connack, LinkEnd } from '../link/link.ts';
import { serverLimits } from '../session/online-state.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { ChangeSignal } from '../base/change-signal.ts';
import { IDS_BEFORE, SessionMemory } from '../link/session-memory.ts';
import { testSubscriptions } from './subscribe.ts';

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

/** Whose refusals a client ID of the test's own may be to blame for. */
const BY_CLIENT_ID = new Set(['connack-2', 'connack-5', 'connack-133', 'connack-134', 'connack-135']);

/**
 * Tries options step by step and reports the results, without disturbing any session: with a client ID of its own,
 * a clean start, no will, a session that expires at once, and DISCONNECT at the end. All of it may take the connect
 * timeout, and the same again for the subscriptions.
 */
export class TestRun {
  readonly #options: ConnectionOptions;
  readonly #given: ConnectionOptions;
  readonly #ports: ConnectionPorts;
  readonly #report: TestReport;
  readonly #clock: Clock;
  readonly #changed: ChangeSignal;
  readonly #memory = new SessionMemory(IDS_BEFORE);
  #attempt: Attempt | null = null;
  #connack: Connack | null = null;
  #versions: VersionMemory;
  /** The address tried last. */
  #tried = '';
  /** The filter asked for last. */
  #asking = '';
  #unverified = '';

  constructor(options: ConnectionOptions, ports: ConnectionPorts) {
    this.#given = options;
    this.#options = asStranger(options, ports.random);
    this.#ports = ports;
    this.#clock = ports.clock;
    this.#changed = new ChangeSignal(ports.clock);
    this.#versions = versionMemory(options.version);
    const target = targetOf(options);
    const path = usesWebSocket(target) ? target.path : '';
    this.#report = new TestReport(`${target.protocol}://${address(target)}${path}`, this.#clock.now());
    if (!usesTls(target)) this.#report.skip('tls', `Not used: the protocol is ${target.protocol}.`);
    if (!usesWebSocket(target))
      this.#report.skip('websocket', `Not used: the protocol is ${target.protocol}.`);
    if (options.proxy === null) this.#report.skip('proxy', 'Not used: the profile has no proxy.');
    if (options.protocol === 'unix') {
      this.#report.skip('lookup', 'Not used: a socket of this machine has no address.');
      this.#report.skip('proxy', 'Not used: a socket of this machine needs none.');
    }
  }

  async *reports(signal: StreamSignal): AsyncGenerator<ConnectionTestReport> {
    this.#start();
    try {
      while (!signal.aborted) {
        const report = this.#report.read(this.#clock.now());
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
        found: (phase, line, kind) =>
          kind === 'result' ? this.#report.says(STEPS[phase], line) : this.#report.detail(STEPS[phase], line),
      },
      {
        phase: (phase, at) => this.#entered(STEPS[phase], at),
        notes: (lines) => lines.forEach((line) => this.#report.detail('connect', line)),
        accepted: (_link, connack) => (this.#connack = connack),
        ready: (dialled) => void this.#ready(dialled, version),
        pinged: () => undefined,
        fault: (error) => this.fault(error),
        ended: (end) => this.#ended(end, version),
      },
    );
    this.#attempt = attempt;
  }

  #entered(step: TestStepName, at: string): void {
    const before = this.#report.running;
    this.#report.enter(step, this.#clock.now());
    if (before !== null && before !== step) this.#concluded(before, step, at);
    if (step === 'tcp') this.#report.detail('tcp', `Trying ${at}`);
    if (step === 'tcp') this.#tried = at;
    this.#changed.notify();
  }

  /** What came out of a step, known when the next one begins at `at`. */
  #concluded(before: TestStepName, step: TestStepName, at: string): void {
    if (before === 'lookup')
      return this.#report.says('lookup', lookedUp(this.#report.details('lookup').length));
    if (before === 'tcp')
      return this.#report.says('tcp', `Connected to ${step === 'proxy' ? this.#tried : at}.`);
    if (before === 'proxy') this.#report.says('proxy', `The way is open: ${at}.`);
  }

  async #ready(dialled: Dialled, version: WireVersion): Promise<void> {
    const connack = this.#connack;
    const link = this.#attempt?.link;
    if (!connack || !link) return;
    if (dialled.tls?.verified === false) {
      this.#unverified =
        'The certificate of the broker was not verified in full: whoever is in between can read the password.';
    }
    const clientId = connack.properties.assignedClientId ?? this.#options.clientId;
    this.#report.detail('connect', `Client ID: ${clientId}`);
    for (const line of limitLines(serverLimits(connack), connack.properties.serverKeepAlive))
      this.#report.detail('connect', line);
    this.#report.done('connect', `Accepted with MQTT ${version}.`, this.#clock.now());
    this.#changed.notify();
    const isOver = (): boolean => !link.online || this.#attempt?.link !== link;
    await testSubscriptions({
      options: this.#given,
      limits: serverLimits(connack),
      clock: this.#clock,
      requests: link.requests,
      report: this.#report,
      isOver,
      asking: (filter) => (this.#asking = filter),
    });
    if (!isOver()) this.#passed();
  }

  #passed(): void {
    const state = this.#attempt?.link?.online;
    if (state !== true || this.#report.ended) return this.#changed.notify();
    const message = 'The connection works: the broker accepted it.';
    this.#report.end({ message, advice: this.#unverified }, this.#clock.now());
    this.#changed.notify();
  }

  #ended(end: LinkEnd, version: WireVersion): void {
    this.#attempt = null;
    if (this.#report.ended) return;
    const { retry } = end.ending;
    const failure = this.#isOfSubscribe(end) ? subscribeClosed(this.#asking, end) : end.ending.failure;
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
    const now = this.#clock.now();
    this.#report.failed(this.#stepOf(failure), failure, now);
    this.#report.end({ message: failure.message, advice: this.#advice(failure) }, now);
    this.#changed.notify();
  }

  /** The step whose options are to blame. */
  #stepOf({ code }: Failure): TestStepName {
    if (isTlsFailure(code)) return 'tls';
    // Before the first step only CONNECT was put together.
    return this.#report.running ?? 'connect';
  }

  /** A close in answer to a SUBSCRIBE. */
  #isOfSubscribe({ by }: LinkEnd): boolean {
    return by === 'remote' && this.#report.running === 'subscribe' && this.#asking !== '';
  }

  /** A mistake of ours: the test ends, and says so. */
  fault(error: unknown): void {
    if (this.#report.ended) return;
    const failure = internalFault(error);
    const now = this.#clock.now();
    this.#report.failed(this.#report.running ?? 'connect', failure, now);
    this.#report.end({ message: failure.message, advice: 'Please report it.' }, now);
    this.#changed.notify();
  }

  #advice(failure: Failure): string {
    const { clientId } = this.#given;
    if (clientId === '' || !BY_CLIENT_ID.has(failure.code)) return failure.advice;
    return `${failure.advice} The test used a client ID of its own, to disturb no session: a broker that allows only “${clientId}” may refuse the test and accept the profile.`;
  }

  /** Sends DISCONNECT if there is a connection. */
  async close(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = null;
    await attempt?.close(CLOSE_MS);
  }
}

function limitLines(limits: ServerLimits, keepAlive: number | undefined): string[] {
  const yesNo = (what: string, value: boolean | undefined): string | null =>
    value === false ? `${what}: not available` : null;
  const figure = (what: string, value: number | undefined, unit = ''): string | null =>
    value === undefined ? null : `${what}: ${value}${unit}`;
  const lines = [
    figure('Receive maximum', limits.receiveMaximum),
    figure('Keep-alive set by the broker', keepAlive, ' s'),
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

function lookedUp(addresses: number): string {
  return `${formatCounted(addresses, 'address', 'addresses')} found.`;
}

function subscribeClosed(filter: string, { code }: LinkEnd): Failure {
  if (code !== null && code >= 128) return subscribeRefusal(filter, code);
  return failed(
    'subscribe-closed',
    `The broker closed the connection right after the subscription to “${filter}” was sent.`,
    narrowerFilters(filter),
  );
}
