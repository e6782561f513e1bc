import { nats } from '../brokers/nats.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(nats);
