// What is measured in one piece, by the settings of the product's own bundle: `bench/lib/bundle.ts` builds it.
import { defineConfig } from 'electron-vite';
import product from '../electron.vite.config.ts';

const programs = ['client-bare', 'client-naive', 'client-pipeline', 'client-plain', 'pipeline-worker'];
const { main } = product;

export default defineConfig({
  main: {
    ...main,
    build: {
      ...main?.build,
      outDir: 'out/bench',
      rolldownOptions: {
        ...main?.build?.rolldownOptions,
        input: Object.fromEntries(programs.map((name) => [name, `bench/lib/${name}.ts`])),
      },
    },
  },
});
