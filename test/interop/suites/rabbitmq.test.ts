import { rabbitmq } from '../brokers/rabbitmq.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(rabbitmq);
