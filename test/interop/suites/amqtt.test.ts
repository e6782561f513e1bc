import { amqtt } from '../brokers/amqtt.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(amqtt);
