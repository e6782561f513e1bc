import { moquette } from '../brokers/moquette.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(moquette);
