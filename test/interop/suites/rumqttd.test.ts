import { rumqttd } from '../brokers/rumqttd.ts';
import { brokerSuite } from '../suite.ts';

await brokerSuite(rumqttd);
