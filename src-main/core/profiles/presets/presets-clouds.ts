import {
  ask,
  askHost,
  askPassword,
  askTransport,
  askUsername,
  credentials,
  limits,
  PUBLIC_TLS,
  transport,
  type Recipe,
} from './preset-parts.ts';

/** MQTT as a service, reached with username and password. */

const hiveMq: Recipe = {
  preset: {
    id: 'hivemq-cloud',
    service: 'HiveMQ Cloud',
    title: 'HiveMQ Cloud',
    text: 'A cluster of HiveMQ Cloud. Its address is on the page of the cluster; username and password are made under Access Management. Certificates are of a public authority, so no files are needed.',
    questions: [
      askHost({
        hint: '“URL” on the page of the cluster.',
        example: 'abc123.s1.eu.hivemq.cloud',
      }),
      askTransport({ mqtt: null, mqtts: 8883, ws: null, wss: 8884 }),
      askUsername({ required: true }),
      askPassword({ required: true }),
    ],
    limits: limits({}),
    facts: [
      'What the credentials may publish and subscribe to is set under Access Management.',
      'There is no $SYS.',
    ],
  },
  fill: (answers) => ({
    host: answers['host'] ?? '',
    ...transport(answers),
    ...credentials(answers),
    tls: PUBLIC_TLS,
    filters: [{ filter: '#', qos: 0 }],
  }),
};

/**
 * docs.emqx.com, EMQX Cloud, "Quotas and Limits", Serverless: 10 subscriptions a client, 10 topic levels,
 * messages of 1 MB, 2,000 retained messages, TLS only.
 */
const emqxCloud: Recipe = {
  preset: {
    id: 'emqx-cloud',
    service: 'EMQX Cloud',
    title: 'EMQX Cloud (Serverless)',
    text: 'A Serverless deployment of EMQX Cloud. Its address is on the overview page; username and password are made under Access Control. It speaks TLS only, with a certificate of a public authority. This preset subscribes to + and +/+/#, which together are every topic that does not begin with $.',
    questions: [
      askHost({ hint: '“Address” on the overview page.', example: 'abc123.ala.eu-central-1.emqxsl.com' }),
      askTransport({ mqtt: null, mqtts: 8883, ws: null, wss: 8084 }),
      askUsername({ required: true }),
      askPassword({ required: true }),
    ],
    limits: limits({ topicLevels: 10 }),
    facts: [
      'A client has 10 subscriptions at most.',
      'A topic has 10 levels at most.',
      'A message is 1 MB at most, and 2,000 messages can be retained.',
    ],
  },
  fill: (answers) => ({
    host: answers['host'] ?? '',
    ...transport(answers),
    ...credentials(answers),
    tls: PUBLIC_TLS,
    filters: [
      { filter: '+', qos: 0 },
      { filter: '+/+/#', qos: 0 },
    ],
  }),
};

/** beebotte.com/docs/mqtt: MQTT 3.1.1 with QoS 0 and 1, ports 1883 and 8883, a token as username. */
const beebotte: Recipe = {
  preset: {
    id: 'beebotte',
    service: 'Beebotte',
    title: 'Beebotte',
    text: 'Beebotte signs you in with a token as the username, without a password: a channel token, an IAM token, or the secret key of the account. The token is the username of the profile and is saved like a password; prefer a channel token. A topic is channel/resource.',
    questions: [
      askTransport({ mqtt: 1883, mqtts: 8883, ws: null, wss: null }),
      ask('username', 'Token', {
        input: 'secret',
        hint: 'Channel tokens that do not begin with token_ are written as token:TOKEN.',
        example: 'token_...',
      }),
      ask('channel', 'Channel', {
        example: 'plant',
        pattern: '[A-Za-z0-9_]{2,64}',
        rule: 'Letters, digits and _; 2 to 64 characters.',
      }),
    ],
    limits: limits({ maximumQos: 1, topicLevels: 2 }),
    facts: [
      'It speaks MQTT 3.1.1 with QoS 0 and 1.',
      'A topic has two levels: channel and resource.',
      'What is published with Retain is kept as the value of the resource.',
    ],
  },
  fill: (answers) => ({
    host: 'mqtt.beebotte.com',
    ...transport(answers),
    version: '3.1.1',
    username: answers['username'] ?? '',
    password: null,
    passwordFrom: { kind: 'text' },
    tls: PUBLIC_TLS,
    filters: [{ filter: `${answers['channel'] ?? ''}/+`, qos: 0 }],
  }),
};

export const CLOUDS: readonly Recipe[] = [hiveMq, emqxCloud, beebotte];
