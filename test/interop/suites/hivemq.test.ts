import { hivemq } from '../brokers/hivemq.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(hivemq);
