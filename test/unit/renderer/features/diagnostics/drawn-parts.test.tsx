import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionSummary } from '../../../../../src-main/contract/model/model.ts';
import type { SessionFacts } from '../../../../../src-main/contract/model/session-facts.ts';
import type { Verdict } from '../../../../../src-main/contract/model/verdicts.ts';
import type { Diagnostics, LogEntry } from '../../../../../src-main/contract/session/diagnostics.ts';
import { NO_FACTS } from '../../../../../src-main/contract/session/session-blank.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { KeepAliveTab } from '../../../../../src-renderer/features/diagnostics/keep-alive/keep-alive-tab.tsx';
import { LogTab } from '../../../../../src-renderer/features/diagnostics/log-tab.tsx';
import {
  InFlightTable,
  SessionFactList,
  SessionOutcome,
} from '../../../../../src-renderer/features/diagnostics/session-facts.tsx';
import { SessionTab } from '../../../../../src-renderer/features/diagnostics/session-tab.tsx';
import { VerdictsTab } from '../../../../../src-renderer/features/diagnostics/verdicts/verdicts-tab.tsx';
import type { AppState } from '../../../../../src-renderer/state/app/app-state.ts';
import { useNow } from '../../../../../src-renderer/ui/base/use-now.ts';
import { diagnosticsOf, onlineState } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp } from '../../../../support/window/fake-app.ts';

/** The window's clock stands still while nobody looks at it: the time for which everything is drawn here. */
const Clock = () => useNow();
const NOW = Number(renderToStaticMarkup(<Clock />));
const HOSTILE = ['\u202egnp.exe', '\u2066x', '\x1b[31mred', 'a\u200bb', '\x9b0m', '<b>&"\''];

let app: AppState;
let connection: ConnectionSummary;

beforeEach(() => {
  const { engine, app: made } = fakeApp();
  app = made;
  connection = engine.add({ name: 'Plant' });
});
afterEach(teardown);

const draw = (part: ReactNode) => renderToStaticMarkup(part);
/** As it is read: without tags. */
const words = (part: ReactNode) =>
  draw(part)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const online = (more: Partial<Diagnostics> = {}): Diagnostics => ({
  ...diagnosticsOf(onlineState(NOW)),
  ...more,
});
const facts = (more: Partial<SessionFacts>): SessionFacts => ({ ...NO_FACTS, ...more });

describe('the session as it became', () => {
  type Outcome = NonNullable<SessionFacts['outcome']>;
  const outcome = (more: Partial<Outcome> = {}) =>
    words(
      <SessionOutcome
        outcome={{
          ...{ kind: 'resumed', at: NOW, text: 'The session was resumed.', queued: 0, sentAgain: 0 },
          resubscribed: [],
          ...more,
        }}
      />,
    );

  test('says nothing before there was one, and of figures only those that are not nought', () => {
    expect(words(<SessionOutcome outcome={null} />)).toBe('');
    expect(outcome()).toBe('The session was resumed.');
    expect(outcome({ queued: 1, sentAgain: 2 })).toBe(
      "The session was resumed. 1 message came from the broker's queue. 2 publishes sent again.".replace(
        "'",
        '&#x27;',
      ),
    );
  });

  test('names three filters and counts the rest', () => {
    expect(outcome({ resubscribed: ['a', 'b', 'c'] })).toContain('Subscribed again to a, b, c.');
    expect(outcome({ resubscribed: ['a', 'b', 'c', 'd'] })).toContain('a, b, c and 1 more.');
  });

  test.each(HOSTILE)('shows what is in a filter as %j', (filter) => {
    const part = <SessionOutcome outcome={null} />;
    expect(draw(part)).toBe('');
    expect(isSafeText(outcome({ resubscribed: [filter] }))).toBe(true);
  });
});

describe('the facts of a session', () => {
  const list = (more: Partial<SessionFacts>) => (
    <SessionFactList app={app} connection={connection} diagnostics={online({ facts: facts(more) })} />
  );

  test('say that nothing hides what is sent where there is no TLS', () => {
    expect(words(list({}))).toContain('none: what is sent can be read on the way');
  });

  test('say of a connection that was to be encrypted that it is not there, not that it can be read', () => {
    const of = (protocol: 'mqtts' | 'wss' | 'unix') =>
      words(
        <SessionFactList
          app={app}
          connection={{ ...connection, protocol }}
          diagnostics={online({ facts: facts({}) })}
        />,
      );
    expect(of('mqtts')).toContain('none: no encrypted connection was made');
    expect(of('wss')).toContain('none: no encrypted connection was made');
    expect(of('unix')).toContain('stays on this computer');
  });

  test('say what the network did not take, and what waits', () => {
    expect(words(list({}))).toContain('nothing waits for the broker');
    expect(words(list({ queue: { messages: 2, bytes: 2_000, unsentBytes: 300 } }))).toContain(
      '2 publishes (2.0 kB) wait for the broker, 300 B not taken by the network',
    );
  });

  test('say of the will where it goes, how, and how long after', () => {
    const will = { topic: 'plant/gone', qos: 1 as const, retain: true, size: 3, delayInterval: 1 };
    expect(words(list({ will }))).toContain('3 B to plant/gone at QoS 1, retained, after 1 second');
    expect(words(list({ will: { ...will, retain: false, delayInterval: null } }))).toContain(
      'plant/gone at QoS 1 TLS',
    );
  });

  test('have a line for each property, also where two have one name', () => {
    const userProperties = [
      { name: 'region', value: 'north' },
      { name: 'region', value: 'south' },
    ];
    expect(words(list({ userProperties })).match(/Property region/g)).toHaveLength(2);
  });
});

describe('messages in flight', () => {
  const flying = {
    direction: 'out',
    qos: 1,
    phase: 'awaiting-puback',
    topic: 'a',
    since: NOW - 4_000,
  } as const;
  const table = (more: Partial<SessionFacts>) => <InFlightTable facts={facts(more)} />;

  test('are no table where there are none', () => {
    expect(draw(table({ inFlightTotal: 4 }))).toBe('');
  });

  test('are stuck after ten seconds, of an unknown age where nobody knows, and counted beyond those listed', () => {
    const inFlight = [
      { ...flying, packetId: 1 },
      { ...flying, packetId: 2, since: NOW - 10_001 },
      { ...flying, packetId: 3, since: 0, topic: null, direction: 'in' as const },
    ];
    const drawn = draw(table({ inFlight, inFlightTotal: 1_200 }));
    expect(drawn.match(/num tone-warn/g)).toHaveLength(1);
    expect(words(table({ inFlight, inFlightTotal: 1_200 }))).toContain('The first 3 of 1,200.');
    expect(words(table({ inFlight, inFlightTotal: 3 }))).not.toContain('The first');
    expect(words(table({ inFlight }))).toMatch(/3 received 1 waits for PUBACK\s+unknown/);
  });

  test.each(HOSTILE)('to %j deceive no eye', (topic) => {
    const drawn = draw(table({ inFlight: [{ ...flying, packetId: 1, topic }] }));
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
  });
});

describe('the tab of the session', () => {
  const tab = (more: Partial<Diagnostics>) => (
    <SessionTab app={app} connection={connection} diagnostics={online(more)} />
  );

  test('marks what the broker granted otherwise, in words as well', () => {
    const terms = [
      { key: 'keep-alive', label: 'Keep-alive', asked: '60 s', granted: '30 s', differs: true },
      { key: 'wildcard', label: 'Wildcards', asked: null, granted: 'no', differs: true },
      { key: 'version', label: 'Version', asked: '5', granted: '5', differs: false },
    ];
    const drawn = draw(tab({ facts: facts({ terms }) }));
    expect(drawn.match(/session-differs/g)).toHaveLength(2);
    expect(drawn.match(/aria-label="not as asked"/g)).toHaveLength(2);
    expect(drawn).toContain('The broker decides; we ping by its figure.');
    expect(drawn).toContain('The broker does not offer it.');
  });

  test('calls a shortfall of retained messages an estimate, and none where nothing is short', () => {
    const shortfall = (missing: number) =>
      words(tab({ retainedShortfall: { at: NOW, missing, announced: 12, seen: 12 - missing } }));
    expect(shortfall(2)).toContain('An estimate: about 2 retained messages may be missing.');
    expect(shortfall(0)).not.toContain('An estimate');
    expect(shortfall(-1)).not.toContain('An estimate');
  });

  test.each(HOSTILE)('shows what is in a value as %j', (text) => {
    const terms = [{ key: 'client-id', label: 'Client ID', asked: text, granted: text, differs: true }];
    const drawn = draw(tab({ facts: facts({ terms }) }));
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
  });
});

describe('the keep-alive', () => {
  const tab = (diagnostics: Diagnostics) => (
    <KeepAliveTab app={app} connection={connection} diagnostics={diagnostics} />
  );
  const { keepAlive, life } = online();

  test('has no clocks and pings nobody while there is no connection', () => {
    const drawn = draw(tab(diagnosticsOf({ kind: 'idle' })));
    expect(drawn).toContain('Not connected: no pings are sent.');
    expect(drawn).not.toContain('aria-label="Clocks"');
    expect(drawn).toMatch(/<button[^>]*disabled[^>]*>.*?Ping now/);
  });

  test('that is off is called off, with what that means', () => {
    expect(words(tab(online({ keepAlive: { ...keepAlive, intervalSeconds: 0 } })))).toContain(
      'Keep-alive is off: neither side notices a dead link until it sends something.',
    );
  });

  test('says who decided, and what was missed', () => {
    const said = (more: object) => words(tab(online({ life: { ...life, ...more } })));
    expect(said({ by: 'server' })).toContain('Pinged after 60 s of silence, set by the broker.');
    expect(said({ by: 'client' })).toContain('as asked.');
    expect(said({ missedNow: 1 })).toContain('1 ping in a row unanswered');
    expect(said({ missedNow: 0 })).not.toContain('unanswered;');
  });

  test('counts down to nought and never below, and up from when a ping was sent', () => {
    const clocks = (more: object, lives: object = {}) =>
      words(tab(online({ keepAlive: { ...keepAlive, ...more }, life: { ...life, ...lives } }))).replace(
        /^.*Gives up in/,
        '',
      );
    expect(clocks({ nextPingAt: NOW + 5_000, brokerGivesUpAt: NOW - 9_000 })).toMatch(
      /Our silence none yet 5 s 0 s/,
    );
    expect(clocks({ lastSentAt: NOW + 60_000 })).not.toContain('-');
    expect(clocks({}, { awaitingSince: NOW - 2_000 })).toMatch(/sent 2(\.0)? s ago/);
    expect(clocks({})).toMatch(/Our silence none yet never never/);
  });
});

describe('the log', () => {
  const entry = (seq: number, more: Partial<LogEntry> = {}): LogEntry => ({
    ...{ seq, at: NOW, level: 'info', text: `entry ${seq}`, detail: '' },
    ...more,
  });
  const tab = (...log: LogEntry[]) => <LogTab app={app} connection={connection} log={log} />;

  test('says that nothing happened, and else has the newest first and its count', () => {
    expect(words(tab())).toBe('Nothing has happened yet.');
    const said = words(tab(entry(1), entry(2, { level: 'error' })));
    expect(said.indexOf('entry 2')).toBeLessThan(said.indexOf('entry 1'));
    expect(said).toContain('Error: entry 2');
  });

  test.each(HOSTILE)('shows what is in %j', (text) => {
    const drawn = draw(tab(entry(1, { text, detail: text })));
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
  });
});

describe('verdicts', () => {
  const verdict = (more: Partial<Verdict> = {}): Verdict => ({
    id: 'v',
    rule: 'half-open',
    severity: 'error',
    title: 'The link is dead',
    cause: 'Nothing came.',
    advice: 'Connect again.',
    proof: [],
    since: NOW,
    over: false,
    ...more,
  });
  const tab = (verdicts: Verdict[], of: ConnectionSummary = connection) => (
    <VerdictsTab app={app} connection={of} verdicts={verdicts} />
  );

  test('that there are none of is no promise that all is well where it is not', () => {
    expect(words(tab([]))).toContain('Nothing is wrong as far as can be seen from here.');
    const why = { kind: 'failed' as const, code: 'refused', message: 'It was refused.', advice: 'Ask.' };
    const stopped = { ...connection, state: { kind: 'stopped' as const, since: NOW, why } };
    expect(words(tab([], stopped))).toBe('It was refused. Ask. Nothing points to a cause beyond that.');
  });

  test('are articles by their titles, marked in words, and marked as over', () => {
    const drawn = draw(tab([verdict(), verdict({ id: 'w', severity: 'note', over: true })]));
    expect(drawn.match(/<article aria-label="The link is dead"/g)).toHaveLength(2);
    expect(drawn).toContain('Error: ');
    expect(drawn.match(/>over</g)).toHaveLength(1);
  });

  test('show the newest five pieces of proof, and the rest behind a button', () => {
    const proof = Array.from({ length: 7 }, (_, at) => ({ at: NOW + at, text: `piece ${at}` }));
    const drawn = draw(tab([verdict({ proof })]));
    expect(drawn).toContain('2 earlier');
    expect(drawn.indexOf('piece 1')).toBeLessThan(drawn.indexOf('piece 2'));
    expect(draw(tab([verdict({ proof: proof.slice(0, 5) })]))).not.toContain('earlier');
  });
});
