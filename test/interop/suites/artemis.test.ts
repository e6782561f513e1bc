import { artemis } from '../brokers/artemis.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(artemis);
