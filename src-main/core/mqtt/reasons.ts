import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from './packet-types.ts';

/** A reason code in words. */
export interface Reason {
  /** As the specification names it. */
  readonly name: string;
  /** What it means here, as a sentence for a person. */
  readonly text: string;
}

/** MQTT 5 reason codes [MQTT5-2.4]; where a code has several meanings, the one of `CONTEXT` wins. */
const REASONS = new Map<number, Reason>([
  [0, { name: 'Success', text: 'Done without an error.' }],
  [1, { name: 'Granted QoS 1', text: 'The subscription is active; messages come with QoS 1 at most.' }],
  [2, { name: 'Granted QoS 2', text: 'The subscription is active; messages come with QoS 2 at most.' }],
  [4, { name: 'Disconnect with Will Message', text: 'The connection ends and the will is to be published.' }],
  [
    16,
    {
      name: 'No matching subscribers',
      text: 'The broker took the message, but nobody subscribes to its topic.',
    },
  ],
  [17, { name: 'No subscription existed', text: 'There was no such subscription to remove.' }],
  [24, { name: 'Continue authentication', text: 'The broker asks for the next step of the authentication.' }],
  [25, { name: 'Re-authenticate', text: 'The authentication is to be done again.' }],
  [128, { name: 'Unspecified error', text: 'The broker failed or refused and does not say why.' }],
  [129, { name: 'Malformed Packet', text: 'A packet did not follow the format of MQTT.' }],
  [130, { name: 'Protocol Error', text: 'A packet was not allowed at that moment or contradicts itself.' }],
  [
    131,
    {
      name: 'Implementation specific error',
      text: 'The request is valid, but this broker does not accept it.',
    },
  ],
  [132, { name: 'Unsupported Protocol Version', text: 'The broker does not speak this version of MQTT.' }],
  [133, { name: 'Client Identifier not valid', text: 'The broker does not accept this client identifier.' }],
  [
    134,
    { name: 'Bad User Name or Password', text: 'The broker does not accept the user name or the password.' },
  ],
  [135, { name: 'Not authorized', text: 'The broker does not permit this.' }],
  [136, { name: 'Server unavailable', text: 'The broker is not available at the moment.' }],
  [137, { name: 'Server busy', text: 'The broker is too busy; it may accept a later attempt.' }],
  [138, { name: 'Banned', text: 'The broker banned this client; its administrator has to lift the ban.' }],
  [139, { name: 'Server shutting down', text: 'The broker is shutting down.' }],
  [
    140,
    {
      name: 'Bad authentication method',
      text: 'The broker does not support the authentication method, or it changed.',
    },
  ],
  [
    141,
    {
      name: 'Keep Alive timeout',
      text: 'The broker received nothing for one and a half times the keep-alive.',
    },
  ],
  [142, { name: 'Session taken over', text: 'Another client connected with the same client identifier.' }],
  [
    143,
    {
      name: 'Topic Filter invalid',
      text: 'The topic filter is well formed, but the broker does not accept it.',
    },
  ],
  [144, { name: 'Topic Name invalid', text: 'The topic is well formed, but the broker does not accept it.' }],
  [
    145,
    {
      name: 'Packet Identifier in use',
      text: 'The packet identifier is in use already; both sides disagree about the session.',
    },
  ],
  [
    146,
    {
      name: 'Packet Identifier not found',
      text: 'The packet identifier is not known; both sides disagree about the session.',
    },
  ],
  [
    147,
    {
      name: 'Receive Maximum exceeded',
      text: 'Too many messages were sent without waiting for their acknowledgement.',
    },
  ],
  [148, { name: 'Topic Alias invalid', text: 'A topic alias was used that the other side did not allow.' }],
  [149, { name: 'Packet too large', text: 'A packet was larger than the other side accepts.' }],
  [150, { name: 'Message rate too high', text: 'Messages came faster than the broker accepts.' }],
  [151, { name: 'Quota exceeded', text: 'A limit that the broker or its administrator set was exceeded.' }],
  [
    152,
    {
      name: 'Administrative action',
      text: 'The broker closed the connection at the demand of its administrator.',
    },
  ],
  [
    153,
    { name: 'Payload format invalid', text: 'The payload is not of the format that its properties claim.' },
  ],
  [154, { name: 'Retain not supported', text: 'The broker does not keep retained messages.' }],
  [155, { name: 'QoS not supported', text: 'The broker does not support this QoS.' }],
  [156, { name: 'Use another server', text: 'The broker asks to use another server for now.' }],
  [157, { name: 'Server moved', text: 'The broker has moved for good; use the new server.' }],
  [
    158,
    { name: 'Shared Subscriptions not supported', text: 'The broker does not support shared subscriptions.' },
  ],
  [159, { name: 'Connection rate exceeded', text: 'Connections came faster than the broker accepts.' }],
  [
    160,
    { name: 'Maximum connect time', text: 'The longest time the broker allows for a connection is over.' },
  ],
  [
    161,
    {
      name: 'Subscription Identifiers not supported',
      text: 'The broker does not support subscription identifiers.',
    },
  ],
  [
    162,
    {
      name: 'Wildcard Subscriptions not supported',
      text: 'The broker does not support wildcards in subscriptions.',
    },
  ],
]);

/** Where 0 means more than success. */
const CONTEXT = new Map<number, Reason>([
  [CONNACK, { name: 'Success', text: 'The broker accepted the connection.' }],
  [SUBACK, { name: 'Granted QoS 0', text: 'The subscription is active; messages come with QoS 0.' }],
  [UNSUBACK, { name: 'Success', text: 'The subscription is removed.' }],
  [PUBACK, { name: 'Success', text: 'The broker took the message.' }],
  [PUBREC, { name: 'Success', text: 'The broker took the message.' }],
  [PUBCOMP, { name: 'Success', text: 'The message was delivered exactly once.' }],
  [DISCONNECT, { name: 'Normal disconnection', text: 'The connection ends as intended.' }],
]);

/** Return codes of CONNACK in MQTT 3.1 and 3.1.1; also what a 3.x broker answers to a client of 5. */
const RETURN_CODES: readonly Reason[] = [
  { name: 'Connection accepted', text: 'The broker accepted the connection.' },
  { name: 'Unacceptable protocol version', text: 'The broker does not speak this version of MQTT.' },
  { name: 'Identifier rejected', text: 'The broker does not accept this client identifier.' },
  { name: 'Server unavailable', text: 'The broker is not available at the moment.' },
  { name: 'Bad user name or password', text: 'The user name or the password is malformed or not accepted.' },
  { name: 'Not authorized', text: 'The broker does not permit this client to connect.' },
];

const SUBSCRIPTION_FAILURE: Reason = {
  name: 'Failure',
  text: 'The broker refused the subscription and does not say why.',
};

/**
 * A code in words; never fails.
 * @param packetType the packet that carries it, see `packet-types.ts`
 */
export function describeReason(packetType: number, code: number, version: 3 | 4 | 5 = 5): Reason {
  // On 5 the codes below 128 other than 0 are no reasons of CONNACK: a 3.x broker answered.
  if (packetType === CONNACK && code < 128) return RETURN_CODES[code] ?? unknownReason(code);
  if (code === 0) return CONTEXT.get(packetType) ?? REASONS.get(0) ?? unknownReason(0);
  if (packetType === SUBACK && version !== 5 && code === 128) return SUBSCRIPTION_FAILURE;
  return REASONS.get(code) ?? unknownReason(code);
}

function unknownReason(code: number): Reason {
  return { name: `Code ${code}`, text: `The broker gave code ${code}, which MQTT does not define.` };
}

const PUBLISH_CODES = [0, 16, 128, 131, 135, 144, 145, 151, 153];
const RELEASE_CODES = [0, 146];

/** Codes that MQTT 5 defines for the packets in which an unknown one is a protocol error. */
const VALID = new Map<number, ReadonlySet<number>>([
  [PUBACK, new Set(PUBLISH_CODES)],
  [PUBREC, new Set(PUBLISH_CODES)],
  [PUBREL, new Set(RELEASE_CODES)],
  [PUBCOMP, new Set(RELEASE_CODES)],
  [SUBACK, new Set([0, 1, 2, 128, 131, 135, 143, 145, 151, 158, 161, 162])],
  [UNSUBACK, new Set([0, 17, 128, 131, 135, 143, 145])],
  [AUTH, new Set([0, 24, 25])],
  [
    DISCONNECT,
    new Set([
      0, 4, 128, 129, 130, 131, 135, 137, 139, 141, 142, 143, 144, 147, 148, 149, 150, 151, 152, 153, 154,
      155, 156, 157, 158, 159, 160, 161, 162,
    ]),
  ],
]);

/** Whether MQTT 5 defines the code for that packet; CONNACK is not limited, any other code refuses. */
export function isReasonCode(packetType: number, code: number): boolean {
  return VALID.get(packetType)?.has(code) ?? true;
}
