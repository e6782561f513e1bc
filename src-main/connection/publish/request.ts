import type { IPublishPacket } from 'mqtt';
import type { Qos } from '../../contract/model/model.ts';

/** A message as it is to be published. */
export interface PublishRequest {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** MQTT 5; of a message that is put back. */
  readonly properties?: NonNullable<IPublishPacket['properties']>;
}
