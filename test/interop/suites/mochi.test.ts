import { mochi } from '../brokers/mochi.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(mochi);
