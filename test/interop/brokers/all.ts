import { aedes } from './aedes.ts';
import { amqtt } from './amqtt.ts';
import { artemis } from './artemis.ts';
import type { BrokerKind } from './kinds.ts';
import { hivemq } from './hivemq.ts';
import { mochi } from './mochi.ts';
import { moquette } from './moquette.ts';
import { mosquitto } from './mosquitto.ts';
import { nats } from './nats.ts';
import { rabbitmq } from './rabbitmq.ts';
import { rumqttd } from './rumqttd.ts';

/** Every broker that the suite knows, in the order of its table. */
export const BROKERS: readonly BrokerKind[] = [
  mosquitto,
  rabbitmq,
  nats,
  mochi,
  moquette,
  artemis,
  amqtt,
  aedes,
  rumqttd,
  hivemq,
];
