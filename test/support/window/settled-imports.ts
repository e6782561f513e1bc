import { afterAll, vi } from 'vitest';

// What was drawn last may still be loading its code. Without its page that fails, and as modules are loaded once a
// worker, the files after it would have the failure as well.
afterAll(() => vi.dynamicImportSettled());
