import { NotSecret } from '../../../contract/model/connect-fields.ts';
import type { SubscriptionRequest } from '../../../contract/model/model.ts';
import type { PresetQuestion } from '../../../contract/profiles/transfer.ts';
import {
  ask,
  askCertificate,
  askFilter,
  askHost,
  askKey,
  clientCertificate,
  given,
  limits,
  PUBLIC_TLS,
  type Answers,
  type Filled,
  type Recipe,
} from './preset-parts.ts';

/**
 * Azure IoT Hub. learn.microsoft.com, "Communicate with an IoT hub using the MQTT protocol": MQTT 3.1.1, no
 * QoS 2 (the hub closes the connection), Retain is not kept, fixed topics, 5 subscriptions. The hub waits
 * 1,767 s at most, which is 1.5 times the longest keep-alive.
 */
const HUB_LIMITS = limits({ maximumQos: 1, retain: false, keepAliveMax: 1_177 });

const HUB_FACTS: readonly string[] = [
  'It is not a broker: a device sees its own topics only, and # is refused.',
  'It speaks MQTT 3.1.1 with QoS 0 and 1; QoS 2 closes the connection.',
  'Retained messages are not kept.',
  'The keep-alive is 1,177 seconds at most, a message 256 kB, and a device has 5 subscriptions at most.',
  'A second connection of the same device ends the first.',
  'Publish to devices/DEVICE/messages/events/ only; other topics close the connection.',
];

const hub: PresetQuestion = askHost({
  hint: '“Hostname” on the overview of the hub.',
  example: 'plant.azure-devices.net',
});

const device: PresetQuestion = ask('device', 'Device id', {
  hint: 'As it is registered in the hub; it is the client ID as well.',
  example: 'press-7',
  pattern: "[A-Za-z0-9\\-.%_*?!(),:=@$']{1,128}",
  rule: "Letters, digits and - . % _ * ? ! ( ) , : = @ $ '; at most 128.",
});

const hubTransport: PresetQuestion = ask('transport', 'Transport', {
  input: 'choice',
  choices: [
    { value: 'mqtts', label: 'MQTT over TLS (port 8883)' },
    { value: 'wss', label: 'WebSocket over TLS (port 443)' },
  ],
  initial: 'mqtts',
});

type Subscription = Pick<SubscriptionRequest, 'filter' | 'qos'>;

function hubCommon(answers: Answers): Filled {
  const { host = '', device: id = '' } = answers;
  const filters: Subscription[] = [
    { filter: `devices/${id}/messages/devicebound/#`, qos: 1 },
    { filter: '$iothub/methods/POST/#', qos: 0 },
    { filter: '$iothub/twin/res/#', qos: 0 },
    { filter: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
  ];
  return {
    host,
    version: '3.1.1',
    clientId: id,
    username: `${host}/${id}/?api-version=2021-04-12`,
    password: null,
    passwordFrom: { kind: 'text' },
    ...(answers['transport'] === 'wss'
      ? { protocol: 'wss', port: 443, path: '/$iothub/websocket', subprotocol: 'mqtt' }
      : { protocol: 'mqtts', port: 8883 }),
    filters,
  };
}

const sas: Recipe = {
  preset: {
    id: 'azure-iot-hub-sas',
    service: 'Azure IoT Hub',
    title: 'Azure IoT Hub, shared access key',
    text: 'Signs in as a device with its key. From the key a token (SAS) is made for each attempt, so it never expires in your hands. The subscriptions are those that the hub knows: messages to the device, direct methods and the twin.',
    questions: [
      hub,
      device,
      ask('key', 'Key', {
        input: 'secret',
        hint: '“Primary key” on the page of the device, without the rest of the connection string.',
        pattern: '[A-Za-z0-9+/]{16,1000}={0,2}',
        rule: 'Base64, as it is shown.',
      }),
      ask('policy', 'Policy', {
        required: false,
        hint: 'Only if the key is that of a shared access policy of the hub.',
        example: 'device',
        pattern: '[\\w\\-]{1,64}',
        rule: 'The name of a shared access policy.',
      }),
      hubTransport,
    ],
    limits: HUB_LIMITS,
    facts: [...HUB_FACTS],
  },
  fill: (answers) => ({
    ...hubCommon(answers),
    tls: PUBLIC_TLS,
    signing: {
      kind: 'azure-sas',
      policy: given(answers['policy']),
      key: answers['key'] ?? '',
      ttlSeconds: 3_600,
    },
  }),
};

const x509: Recipe = {
  preset: {
    id: 'azure-iot-hub-x509',
    service: 'Azure IoT Hub',
    title: 'Azure IoT Hub, X.509 certificate',
    text: 'Signs in as a device with its certificate and key, without a password. The device is registered for X.509, by thumbprint or by an authority that the hub knows; the common name of the certificate is the device id then. The subscriptions are those that the hub knows.',
    questions: [hub, device, askCertificate(), askKey(), hubTransport],
    limits: HUB_LIMITS,
    facts: [...HUB_FACTS],
  },
  fill: (answers) => ({
    ...hubCommon(answers),
    tls: { ...PUBLIC_TLS, ...clientCertificate(answers) },
  }),
};

/**
 * Azure Event Grid. learn.microsoft.com, "Azure Event Grid quotas and limits", MQTT in namespaces: topic of
 * 256 bytes, 8 segments, 10 filters in a SUBSCRIBE, keep-alive of 1,160 s, message of 512 kB, 50
 * subscriptions a session; "MQTT features supported": no QoS 2.
 */
const eventGrid: Recipe = {
  preset: {
    id: 'azure-event-grid',
    service: 'Azure Event Grid',
    title: 'Azure Event Grid (MQTT broker)',
    text: 'The MQTT broker of an Event Grid namespace, with a client certificate. The username is the authentication name of the client as it is registered in the namespace, and has to fit its certificate; the client ID is the name of the session. What a client may publish and subscribe to is set by topic spaces and permission bindings.',
    questions: [
      askHost({
        hint: '“MQTT hostname” on the overview of the namespace.',
        example: 'plant.westeurope-1.ts.eventgrid.azure.net',
      }),
      ask('username', 'Client authentication name', {
        example: 'press-7',
        pattern: '[^\\0]{1,128}',
        rule: '1 to 128 characters.',
      }),
      ask('clientId', 'Session name', {
        required: false,
        hint: 'Empty: the authentication name. Each connection of a client needs one of its own.',
        example: 'press-7-debug',
        pattern: '[^\\0]{1,128}',
        rule: 'At most 128 characters.',
      }),
      askCertificate(),
      askKey(),
      askFilter({ hint: 'Within a topic space that the client may subscribe to; # alone is refused.' }),
    ],
    limits: limits({
      maximumQos: 1,
      filtersPerSubscribe: 10,
      topicLevels: 8,
      topicBytes: 256,
      keepAliveMax: 1_160,
    }),
    facts: [
      'QoS 2 is not supported.',
      'A topic has 8 levels and 256 bytes at most, a message 512 kB.',
      'A session has 50 subscriptions at most, a SUBSCRIBE 10 filters.',
      'The keep-alive is 1,160 seconds at most.',
      'Retained messages have to be switched on for the namespace.',
    ],
  },
  fill: (answers) => ({
    protocol: 'mqtts',
    host: answers['host'] ?? '',
    port: 8883,
    clientId: given(answers['clientId']) ?? answers['username'] ?? '',
    username: answers['username'] ?? '',
    // A name that the certificate proves.
    notSecret: NotSecret.parse({ username: true }),
    password: null,
    passwordFrom: { kind: 'text' },
    tls: { ...PUBLIC_TLS, ...clientCertificate(answers) },
    filters: [{ filter: answers['filter'] ?? '', qos: 0 }],
  }),
};

export const AZURE: readonly Recipe[] = [sas, x509, eventGrid];
