import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

// Everything is bundled: the packaged app holds out/ and package.json and nothing else.
export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      outDir: 'out/main',
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: 'src-main/desktop/index.ts',
          server: 'src-main/server/index.ts',
          'connection-worker': 'src-main/connection/worker.ts',
          'decoder-worker': 'src-main/decoding/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: 'src-main/desktop/page/preload.ts' },
        // A sandboxed preload has to be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    // The page tells the engine which build it is of.
    define: { TOPICSCOPE_VERSION: JSON.stringify(manifest.version) },
    build: {
      minify: true,
      outDir: 'out/renderer',
      // kB; React, zod and the contract are most of what a start takes.
      chunkSizeWarningLimit: 600,
      rolldownOptions: {
        input: 'src-renderer/index.html',
        // All that a start waits for comes in one piece: each file more costs browser and host a request.
        output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } },
      },
    },
  },
});
