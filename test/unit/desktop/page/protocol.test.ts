import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { respond } from '../../../../src-main/desktop/page/protocol.ts';

const parent = mkdtempSync(join(tmpdir(), 'topicscope-protocol-'));
const folder = join(parent, 'renderer');

beforeAll(() => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets/a b.js'), 'export {}');
  writeFileSync(join(folder, 'assets/secret'), 'no type');
  writeFileSync(join(parent, 'outside.js'), 'outside');
  mkdirSync(join(parent, 'renderer-too'));
  writeFileSync(join(parent, 'renderer-too/x.js'), 'outside');
});
afterAll(() => rmSync(parent, { recursive: true }));

const ask = (url: string, method = 'GET'): Promise<Response> => respond(new Request(url, { method }), folder);

test('Files of the page come with their type and a policy that allows nothing from elsewhere.', async () => {
  const page = await ask('app://topicscope/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.headers.get('content-security-policy')).not.toMatch(
    /unsafe-eval|script-src[^;]*unsafe|\*|http/,
  );
  const script = await ask('app://topicscope/assets/a%20b.js?v=1#x');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await script.text()).toBe('export {}');
});

test.each([
  'app://topicscope/../outside.js',
  'app://topicscope/%2e%2e/outside.js',
  'app://topicscope/..%2foutside.js',
  'app://topicscope/assets/..%2f..%2foutside.js',
  'app://topicscope/..%5coutside.js',
  'app://topicscope/..%2frenderer-too%2fx.js',
  'app://topicscope/%00.js',
  'app://topicscope/%zz.js',
  'app://topicscope/assets/secret',
  'app://topicscope/missing.js',
  'app://topicscope/assets',
  'app://elsewhere/index.html',
])('Nothing is served for %s', async (url) => {
  const response = await ask(url);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
  expect(response.headers.has('content-security-policy')).toBe(true);
});

test('The page can only be read.', async () => {
  expect((await ask('app://topicscope/', 'POST')).status).toBe(405);
});
