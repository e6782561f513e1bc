import type { ServerLimits } from '../../contract/model.ts';

/** User properties in the order of the wire; names may repeat. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** What CONNACK announces, MQTT 5; all absent before 5. */
export interface ConnackProperties extends ServerLimits {
  readonly assignedClientId?: string;
  /** Seconds. */
  readonly serverKeepAlive?: number;
  readonly reason?: string;
  readonly responseInformation?: string;
  readonly serverReference?: string;
  readonly authenticationMethod?: string;
  readonly user: UserProperties;
}

/** Control packets as a broker sends them, read for diagnostics. Codes are as on the wire. */
export type ControlPacket =
  | {
      readonly kind: 'connack';
      readonly sessionPresent: boolean;
      /** MQTT 5 reason code, or the return code of 3.x (1-5), which a 3.x broker also sends to a 5 client. */
      readonly code: number;
      readonly properties: ConnackProperties;
    }
  | {
      readonly kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
      readonly packetId: number;
      /** 0 on 3.x, which has none. */
      readonly code: number;
      readonly reason: string | null;
      readonly user: UserProperties;
    }
  | {
      readonly kind: 'suback' | 'unsuback';
      readonly packetId: number;
      /** One a filter, in the order of the request; empty for UNSUBACK of 3.x. */
      readonly codes: readonly number[];
      readonly reason: string | null;
      readonly user: UserProperties;
    }
  | { readonly kind: 'pingresp' }
  | {
      readonly kind: 'disconnect';
      readonly code: number;
      readonly reason: string | null;
      readonly serverReference: string | null;
      readonly user: UserProperties;
    }
  | {
      readonly kind: 'auth';
      readonly code: number;
      readonly method: string;
      readonly reason: string | null;
    };
