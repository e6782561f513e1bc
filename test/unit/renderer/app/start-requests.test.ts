import { expect, onTestFinished, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { SecretsState } from '../../../../src-main/contract/profiles/profiles.ts';
import { Observable } from '../../../../src-main/engine/base/observable.ts';
import { askForVault } from '../../../../src-renderer/app/ask-for-vault.ts';
import { followStartRequests } from '../../../../src-renderer/app/start-requests.ts';
import type { AppState } from '../../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../../src-renderer/state/browser/memory.ts';

interface Request {
  readonly id: string;
  readonly prefill: ConnectionOptions | null;
  readonly problem: Failure | null;
}

const link = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'a', port: 1883 });

function windows() {
  const asked = new Observable<Request>({ id: '', prefill: null, problem: null });
  const memory = plainMemory();
  const done: string[] = [];
  let reported = 0;
  async function* stream(signal: AbortSignal): AsyncGenerator<Request> {
    for await (const request of asked.follow(signal)) {
      yield request;
      // It was taken.
      reported++;
    }
  }
  /** Loads the window; the answer leaves it. */
  const load = (): (() => void) => {
    const end = new AbortController();
    const app = {
      memory,
      engine: { stream: () => stream(end.signal) },
      shell: {
        report: (problem: Failure) => void done.push(problem.code),
        open: ({ prefill }: { prefill: ConnectionOptions }) => void done.push(`edit ${prefill.host}`),
      },
    } as unknown as AppState;
    const leave = followStartRequests(app);
    const both = () => {
      end.abort();
      leave();
    };
    onTestFinished(both);
    return both;
  };
  return { asked, done, load, reported: () => reported };
}

test('A link opens the editor once, also where the window is loaded again; the same link later opens it again.', async () => {
  const { asked, done, load, reported } = windows();
  asked.set({ id: '1', prefill: link, problem: null });
  const leave = load();
  await expect.poll(reported).toBe(1);
  leave();
  load();
  await expect.poll(reported).toBe(2);
  expect(done).toEqual(['edit a']);
  asked.set({ id: '2', prefill: link, problem: null });
  await expect.poll(reported).toBe(3);
  expect(done).toEqual(['edit a', 'edit a']);
});

test('A link that cannot be read is reported once, and nothing is opened.', async () => {
  const { asked, done, load, reported } = windows();
  const leave = load();
  await expect.poll(reported).toBe(1);
  expect(done).toEqual([]);
  asked.set({ id: '1', prefill: null, problem: failed('bad-link', 'x', '') });
  await expect.poll(reported).toBe(2);
  leave();
  load();
  await expect.poll(reported).toBe(3);
  expect(done).toEqual(['bad-link']);
});

function vault(over: object | null = null) {
  const secrets = createStore<{ state: SecretsState | null }>(() => ({ state: null }));
  const shell = createStore<{ over: object | null }>(() => ({ over }));
  const opened: string[] = [];
  const leave = askForVault({
    secrets: { store: secrets },
    shell: {
      store: shell,
      openOver: (question: { ask: string }) => {
        opened.push(question.ask);
        shell.setState({ over: question });
      },
    },
  } as unknown as AppState);
  onTestFinished(leave);
  const emit = (kind: SecretsState['kind'], ...waiting: string[]): void =>
    secrets.setState({ state: { kind, note: '', waiting } });
  return { emit, opened, close: () => shell.setState({ over: null }), leave };
}

test('The passphrase is asked for once a start, where a profile waits for it.', () => {
  const { emit, opened, close } = vault();
  emit('keychain', 'p');
  emit('vault-locked');
  expect(opened).toEqual([]);
  emit('vault-locked', 'p');
  close();
  emit('vault-locked', 'p', 'q');
  expect(opened).toEqual(['unlock']);
});

test('Over another question it is not asked, but when that is answered, if it is still to be.', () => {
  const first = vault({ kind: 'about' });
  first.emit('vault-locked', 'p');
  expect(first.opened).toEqual([]);
  first.close();
  expect(first.opened).toEqual(['unlock']);
  const second = vault({ kind: 'about' });
  second.emit('vault-locked', 'p');
  second.emit('vault-open');
  second.close();
  expect(second.opened).toEqual([]);
});

test('Nothing is asked once the window is left.', () => {
  const { emit, opened, leave, close } = vault();
  leave();
  emit('vault-locked', 'p');
  close();
  expect(opened).toEqual([]);
});
