// `npm run test:brokers`: the same checks against every broker that is at hand. Outside of `npm test`.
import { main } from '../test/interop/run.ts';

process.exit(await main(process.argv.slice(2)));
