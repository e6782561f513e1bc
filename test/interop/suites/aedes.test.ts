import { aedes } from '../brokers/aedes.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(aedes);
