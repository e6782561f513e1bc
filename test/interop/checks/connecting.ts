import { expect } from 'vitest';
import { openConnection } from '../../broker/session/open-connection.ts';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { Skipped, text, type Check } from './context.ts';

export const CONNECTING: readonly Check[] = [
  {
    name: 'It connects with the version left to it',
    run: async (context) => {
      const { version } = await context.open().until('online', 10_000);
      expect(version).toBe(context.facts.speaks5 ? '5' : '3.1.1');
      context.note(version);
    },
  },
  {
    name: 'It connects with MQTT 3.1.1',
    run: async (context) => {
      expect((await context.open({ version: '3.1.1' }).until('online', 10_000)).version).toBe('3.1.1');
    },
  },
  {
    name: 'It connects with MQTT 5',
    run: async (context) => {
      if (!context.facts.speaks5) throw new Skipped('the broker does not speak it');
      expect((await context.open({ version: '5' }).until('online', 10_000)).version).toBe('5');
    },
  },
  {
    name: 'A fixed version 5 that the broker does not speak is named as the likely cause',
    run: async (context) => {
      if (context.facts.speaks5) throw new Skipped('the broker speaks it');
      const opened = context.open({ version: '5' });
      await opened.eventually('a failure', () => failureOf(opened) !== null, 10_000);
      context.note(failureOf(opened) ?? '');
      expect(failureOf(opened)).toMatch(/version|3\.1\.1/i);
    },
  },
  {
    name: 'It connects over WebSocket with the version left to it',
    run: async (context) => {
      const { kind, webSocketPort } = context.broker;
      if (kind.webSocketPath === null) throw new Skipped('no WebSocket is offered');
      const opened = openConnection({
        protocol: 'ws',
        port: webSocketPort,
        path: kind.webSocketPath,
        subscriptions: [{ filter: `${context.prefix}#`, qos: 0 }],
      });
      context.also(opened);
      const { version } = await opened.until('online', 15_000);
      context.note(version);
      await context.granted(opened);
      await opened.connection.publisher.publish({
        topic: `${context.prefix}a`,
        payload: text('1'),
        qos: 1,
        retain: false,
      });
      await opened.eventually('the message', () => opened.latest(`${context.prefix}a`) === '1');
    },
  },
  {
    name: 'With keep-alive off it connects, or the failure names the keep-alive',
    run: async (context) => {
      const opened = context.open({ keepAlive: 0, version: '3.1.1' });
      const accepted = await connectPacketClient(context.broker.port, { version: 4, keepalive: 0 }).then(
        (client) => {
          client.destroy();
          return client.connack?.returnCode === 0;
        },
        () => false,
      );
      if (accepted) {
        await opened.until('online', 10_000);
        return;
      }
      await opened.eventually('a failure', () => failureOf(opened) !== null, 10_000);
      context.note(`the broker refuses it: ${failureOf(opened) ?? ''}`);
      expect(failureOf(opened)).toMatch(/keep-alive/i);
    },
  },
];

function failureOf({ connection: { state } }: ReturnType<typeof openConnection>): string | null {
  if (state.kind !== 'waiting' && state.kind !== 'stopped') return null;
  return state.why === null ? null : `${state.why.message} ${state.why.advice}`;
}
