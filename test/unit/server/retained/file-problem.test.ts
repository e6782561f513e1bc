import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { notWritten } from '../../../../src-main/engine/retained/record-writer.ts';
import { failureWords, problemWords } from '../../../../src-main/server/retained/file-problem.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-file-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function wordsOfOpening(path: string, flags: string): Promise<string> {
  const opened = await open(path, flags).catch((error: unknown) => problemWords(error));
  if (typeof opened === 'string') return opened;
  await opened.close();
  throw new Error('It could be opened.');
}

test('A file that is not there, that is there already, or that is a folder is reported in words with its path.', async () => {
  const dir = newDir();
  const file = join(dir, 'set.jsonl');
  expect(await wordsOfOpening(file, 'r')).toBe(`${file}: there is no such file or folder.`);
  writeFileSync(file, 'kept');
  expect(await wordsOfOpening(file, 'wx')).toContain(`${file}: it exists already`);
  expect(readFileSync(file, 'utf8')).toBe('kept');
  expect(await wordsOfOpening(dir, 'r+')).toBe(`${dir}: it is a folder.`);
  expect(await wordsOfOpening(join(file, 'x'), 'r')).toContain('no folder');
});

test('Any other error keeps its own words.', () => {
  expect(problemWords(new Error('The broker went away.'))).toBe('The broker went away.');
  expect(problemWords(Object.assign(new Error('odd'), { code: 'EODD', path: '/x' }))).toBe('odd');
  expect(problemWords('plain')).toBe('plain');
});

test('The command line advises nothing that only the window can do.', () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS']) {
    const failure = notWritten(Object.assign(new Error('x'), { code }));
    expect(failure.advice).toContain('without a copy');
    expect(failureWords(failure)).toContain(failure.message);
    expect(failureWords(failure)).toMatch(/^(?:(?!without a copy).)* then try again\.$/);
  }
  const full = failed('trash-full', 'It is full.', 'Go on beyond the limit.');
  expect(failureWords(full)).toBe(
    'It is full. To go on beyond the limit, give the same command with --over-limit: it takes what is left. Or empty the trash in the window, or raise its limit in Settings there, then try again.',
  );
});

test('Any other advice stays, and where there is none nothing follows the message.', () => {
  expect(failureWords(failed('x', 'No answer.', 'Look at the broker.'))).toBe(
    'No answer. Look at the broker.',
  );
  expect(failureWords(failed('x', 'No answer.', ''))).toBe('No answer.');
});
