import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { rawHttp, type RawAnswer } from '../../../support/net/raw-http.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../../../support/net/web-server.ts';

let server: TestServer;
let time: number;

beforeEach(async () => {
  time = 0;
  server = await startTestServer({ now: () => time });
});
afterEach(() => server.close());

const JSON_TYPE = 'application/json';

function post(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const all = {
    Host: `127.0.0.1:${server.port}`,
    Origin: server.origin,
    'Content-Type': JSON_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return rawHttp(server.port, `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

const enter = (entry: object, headers?: Readonly<Record<string, string>>) =>
  post('/entry', JSON.stringify(entry), headers);

const secretOf = ({ body }: RawAnswer): string => (JSON.parse(body) as { page: string }).page;

describe('the way in', () => {
  it('exchanges the token for the secret of a page, each time for another', async () => {
    const answers = [await enter({ token: TEST_TOKEN }), await enter({ token: TEST_TOKEN })];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.has('set-cookie')).toBe(false);
      expect(JSON.stringify([...answer.headers]) + answer.body).not.toContain(TEST_TOKEN);
      expect(server.access.isPageSecret(secretOf(answer))).toBe(true);
    }
    expect(secretOf(answers[0] as RawAnswer)).not.toBe(secretOf(answers[1] as RawAnswer));
  });

  it('exchanges a ticket once', async () => {
    const ticket = server.access.newTicket(0);
    expect(server.access.isPageSecret(secretOf(await enter({ ticket })))).toBe(true);
    const again = await enter({ ticket });
    expect([again.status, again.body]).toEqual([401, 'null']);
  });

  it('uses no ticket up for who only looks', async () => {
    const ticket = server.access.newTicket(0);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const head = `${method} /?ticket=${ticket} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`;
      await rawHttp(server.port, head);
    }
    expect((await enter({ ticket }, { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await enter({ ticket })).status).toBe(200);
  });

  it('gives a further ticket to who has a page, and to nobody else', async () => {
    const page = secretOf(await enter({ token: TEST_TOKEN }));
    const answer = await post('/entry/ticket', JSON.stringify({ page }));
    expect(answer.status).toBe(200);
    const { ticket } = JSON.parse(answer.body) as { ticket: string };
    expect((await enter({ ticket })).status).toBe(200);
    for (const other of ['', `${page}x`, ticket, TEST_TOKEN]) {
      const refused = await post('/entry/ticket', JSON.stringify({ page: other }));
      expect([other, refused.status, refused.body]).toEqual([other, 401, 'null']);
    }
  });

  it('answers a wrong ticket exactly as a late one', async () => {
    const late = server.access.newTicket(0);
    time = 1_000_000;
    const answers = [await enter({ ticket: late }), await enter({ ticket: 'never was one' })];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [401, 'null'],
      [401, 'null'],
    ]);
  });

  it.each([undefined, 'null', 'http://evil.example', 'http://localhost.evil.example', 'https://127.0.0.1:1'])(
    'refuses a page of the origin %s',
    async (Origin) => {
      const headers = Origin === undefined ? { Origin: '' } : { Origin };
      expect((await enter({ token: TEST_TOKEN }, headers)).status).toBe(403);
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'refuses what a form can send (%s)',
    async (type) => {
      expect((await enter({ token: TEST_TOKEN }, { 'Content-Type': type })).status).toBe(400);
    },
  );

  it.each(['', '{', 'null', '[]', '"token"', '{"token":1}', '{"ticket":null}', '{"token":"a","ticket":"b"}'])(
    'refuses %j',
    async (body) => {
      expect((await post('/entry', body)).status).toBe(400);
      expect((await post('/entry/ticket', body)).status).toBe(400);
    },
  );

  it('reads a kilobyte and no more', async () => {
    expect((await enter({ token: 'x'.repeat(1_024) })).status).toBe(413);
    // One that says it is small and is not.
    const chunked = `${(2_000).toString(16)}\r\n${'x'.repeat(2_000)}\r\n0\r\n\r\n`;
    const headers = `Host: 127.0.0.1:${server.port}\r\nOrigin: ${server.origin}\r\nContent-Type: ${JSON_TYPE}\r\n`;
    const request = `POST /entry HTTP/1.1\r\n${headers}Transfer-Encoding: chunked\r\n\r\n${chunked}`;
    expect((await rawHttp(server.port, request)).status).toBe(413);
  });

  it('answers who does not send what was announced, after two seconds', async () => {
    const began = performance.now();
    expect((await post('/entry', '{"token":', { 'Content-Length': '100' })).status).toBe(400);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('forgets who leaves in the middle', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const headers = `Host: 127.0.0.1:${server.port}\r\nOrigin: ${server.origin}\r\nContent-Type: ${JSON_TYPE}\r\n`;
    socket.write(`POST /entry HTTP/1.1\r\n${headers}Content-Length: 50\r\n\r\n{`);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect((await enter({ token: TEST_TOKEN })).status).toBe(200);
  });

  it('lets nobody try tokens by the thousand, while a ticket opens all the same', async () => {
    for (let i = 0; i < 10; i++) expect((await enter({ token: `guess ${i}` })).status).toBe(401);
    const refused = await enter({ token: TEST_TOKEN });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await enter({ ticket: server.access.newTicket(0) })).status).toBe(200);
    time = 60_000;
    expect((await enter({ token: TEST_TOKEN })).status).toBe(200);
  });

  it('is a POST and nothing else', async () => {
    for (const path of ['/entry', '/entry/ticket']) {
      const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`;
      const { status, headers } = await rawHttp(server.port, request);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
  });
});
