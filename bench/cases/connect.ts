import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'mqtt';
import { BrokerConnection } from '../../src-main/connection/broker-connection.ts';
import { systemPorts } from '../../src-main/connection/base/ports.ts';
import { ConnectionOptions } from '../../src-main/contract/model/model.ts';
import { certificates } from '../../test/support/tls/certificates.ts';
import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { median } from '../lib/process.ts';
import type { Case, Context, Figure } from './figure.ts';

const TIMES = 20;
/** Until the code of both is compiled. */
const WARM_UP = 5;

interface Files {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** ms from the call to CONNACK, with certificates from files as an application reads them. */
function bare(port: number, files: Files): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const client = connect({
      protocol: 'mqtts',
      host: '127.0.0.1',
      port,
      ca: readFileSync(files.ca),
      cert: readFileSync(files.cert),
      key: readFileSync(files.key),
      protocolVersion: 5,
      reconnectPeriod: 0,
    });
    client.once('connect', () => {
      const ms = performance.now() - began;
      client.end(true, {}, () => resolve(ms));
    });
    client.once('error', reject);
  });
}

function open(port: number, files: Files): BrokerConnection {
  const options = ConnectionOptions.parse({
    name: 'bench',
    protocol: 'mqtts',
    host: '127.0.0.1',
    port,
    version: '5',
    subscriptions: [],
    tls: { ...files },
  });
  const limits = { memoryBytes: 64 * 2 ** 20, topicCap: 100_000, maxPayloadBytes: 2 ** 20 };
  return new BrokerConnection({ options, limits, seed: 42 }, systemPorts(Math.random));
}

async function until(connection: BrokerConnection, kind: 'online' | 'stopped'): Promise<void> {
  const { signal } = new AbortController();
  while (connection.state.kind !== kind) await connection.changed.next(1_000, signal);
}

async function ours(connection: BrokerConnection): Promise<number> {
  const began = performance.now();
  connection.connect();
  await until(connection, 'online');
  const ms = performance.now() - began;
  connection.disconnect();
  await until(connection, 'stopped');
  // DISCONNECT and the end of the socket are not part of the next attempt, as they are not of the other client's.
  await delay(50);
  return ms;
}

/** By default mosquitto holds CONNACK back for 40 ms (Nagle), which hides what the clients do; `prompt`: it does not. */
async function measure(context: Context, prompt: boolean): Promise<Figure> {
  const { server, ca, client } = await certificates();
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-bench-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const files = {
    ca: file('ca.pem', ca.cert),
    cert: file('cert.pem', client.cert),
    key: file('key.pem', client.key),
  };
  const broker = await startMosquitto({
    config: prompt ? ['set_tcp_nodelay true'] : [],
    listeners: [{ kind: 'tls', tls: { ...server, ca: ca.cert, requireCertificate: true } }],
  });
  const connection = open(broker.port, files);
  const times = { ours: [] as number[], bare: [] as number[] };
  try {
    for (let i = 0; i < WARM_UP + TIMES; i++) {
      const [b, o] = [await bare(broker.port, files), await ours(connection)];
      if (i < WARM_UP) continue;
      times.bare.push(b);
      times.ours.push(o);
    }
  } finally {
    await connection.shutdown(500);
    await broker.close();
    rmSync(dir, { recursive: true, force: true });
  }
  context.log(`bare: ${median(times.bare).toFixed(1)} ms, ours: ${median(times.ours).toFixed(1)} ms`);
  return {
    name: prompt ? PROMPT : USUAL,
    value: median(times.ours) / median(times.bare),
    unit: 'x',
    higher: false,
    vs: 'a stock mqtt.js client with the same files, by turns',
    valid: times.ours.length === TIMES,
    why: times.ours.length === TIMES ? '' : 'not every attempt connected',
    sent: TIMES,
    received: times.ours.length,
    ...(prompt ? {} : { goal: 1.3 }),
  };
}

const USUAL = 'connect-mtls/time-vs-bare';
const PROMPT = 'connect-mtls/time-vs-bare-prompt';

const mutualTls: Case = {
  names: [USUAL, PROMPT],
  measure: async (context) => [await measure(context, false), await measure(context, true)],
};

export const CONNECT_CASES: readonly Case[] = [mutualTls];
