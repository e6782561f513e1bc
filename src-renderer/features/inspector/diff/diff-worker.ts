import { LargeDiff, type DiffRequest } from './large-diff.ts';

// The thread of its own that compares large payloads, so that the window never waits for it.

const diff = new LargeDiff();

addEventListener('message', ({ data }: MessageEvent<DiffRequest>) => {
  try {
    postMessage({ answer: diff.answer(data) });
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
