import { mosquitto } from '../brokers/mosquitto.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(mosquitto);
