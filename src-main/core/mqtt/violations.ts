/**
 * What a broker can do against the protocol, with the reason code [MQTT5-2.4] the connection is
 * closed with and a sentence for a person. Keys are stable names for programs.
 */
export const RULES = {
  'not-a-packet': { code: 129, text: 'The first byte is no packet type of MQTT.' },
  'reserved-flags': { code: 129, text: 'The reserved bits of a packet header are not as prescribed.' },
  'remaining-length': { code: 129, text: 'The length of a packet is not a valid variable byte integer.' },
  truncated: { code: 129, text: 'A field is longer than the packet that contains it.' },
  'trailing-bytes': { code: 129, text: 'A packet is longer than its fields.' },
  'qos-3': { code: 129, text: 'A PUBLISH claims QoS 3, which does not exist.' },
  'dup-qos-0': { code: 129, text: 'A PUBLISH at QoS 0 is marked as a redelivery.' },
  'connack-flags': { code: 129, text: 'Reserved flags of CONNACK are set.' },
  'unknown-property': { code: 129, text: 'A property has an identifier that MQTT 5 does not define.' },
  'property-length': { code: 129, text: 'The length of the properties does not fit the packet.' },
  'property-not-allowed': { code: 130, text: 'A property is not allowed in this type of packet.' },
  'property-twice': { code: 130, text: 'A property that may occur once occurs twice.' },
  'property-value': { code: 130, text: 'A property has a value that MQTT 5 forbids.' },
  'reason-code': { code: 130, text: 'A reason code is not one that this type of packet may carry.' },
  'packet-id-zero': { code: 130, text: 'A packet that needs a packet identifier carries 0.' },
  'empty-topic': { code: 130, text: 'A PUBLISH has an empty topic.' },
  'not-from-a-broker': { code: 130, text: 'This type of packet is never sent by a broker.' },
  'before-connack': { code: 130, text: 'A packet came before the connection was accepted with CONNACK.' },
  'session-present': {
    code: 130,
    text: 'CONNACK resumes a session, and CONNECT asked for a new one (clean start).',
  },
  'second-connack': { code: 130, text: 'A second CONNACK came on the same connection.' },
  'auth-without-method': { code: 130, text: 'AUTH names no authentication method.' },
  'receive-maximum': {
    code: 147,
    text: 'More messages at QoS 1 and 2 came without waiting for an acknowledgement than our Receive Maximum allows.',
  },
  'topic-alias': { code: 148, text: 'A PUBLISH uses a topic alias although we never offered any.' },
  'packet-too-large': { code: 149, text: 'A packet is larger than the Maximum Packet Size we announced.' },
  'control-packet-too-large': { code: 149, text: 'A control packet is larger than we are ready to keep.' },
  'properties-too-large': {
    code: 149,
    text: 'The properties of a PUBLISH are larger than we are ready to keep.',
  },
} as const satisfies Record<string, { code: number; text: string }>;

export type Rule = keyof typeof RULES;
