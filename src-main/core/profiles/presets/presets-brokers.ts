import {
  ask,
  askCertificate,
  askHost,
  askKey,
  askPassword,
  askPort,
  askTransport,
  askUsername,
  clientCertificate,
  credentials,
  given,
  limits,
  transport,
  type Recipe,
} from './preset-parts.ts';

/** Brokers that people run themselves, and public ones. */

const askCa = (hint: string) =>
  ask('ca', 'CA certificate', {
    input: 'file',
    required: false,
    hint,
    example: '/etc/mosquitto/ca.crt',
  });

const mosquitto: Recipe = {
  preset: {
    id: 'mosquitto',
    service: 'Mosquitto',
    title: 'Mosquitto',
    text: 'A Mosquitto of your own without encryption, as it is installed. Since version 2.0 it listens to its own machine only, unless its configuration names a listener and allows anonymous clients or has a password file.',
    questions: [askHost({ initial: 'localhost' }), askPort(1883), askUsername(), askPassword()],
    limits: limits({}),
    facts: ['Everything is allowed that the configuration and its access lists allow.'],
  },
  fill: (answers) => ({
    protocol: 'mqtt',
    host: answers['host'] ?? '',
    port: Number(answers['port']),
    ...credentials(answers),
  }),
};

const mosquittoTls: Recipe = {
  preset: {
    id: 'mosquitto-tls',
    service: 'Mosquitto',
    title: 'Mosquitto with TLS',
    text: 'A Mosquitto of your own with TLS. If its certificate was signed by an authority of your own, give the CA certificate (cafile in its configuration). A client certificate is needed where the listener has require_certificate.',
    questions: [
      askHost(),
      askPort(8883),
      askCa('Needed where no public authority signed the certificate of the broker.'),
      askCertificate({ required: false }),
      askKey({ required: false }),
      askUsername(),
      askPassword(),
    ],
    limits: limits({}),
    facts: ['The name in the certificate of the broker has to be the host that is entered here.'],
  },
  check: bothOrNone,
  fill: (answers) => ({
    protocol: 'mqtts',
    host: answers['host'] ?? '',
    port: Number(answers['port']),
    ...credentials(answers),
    tls: { ca: given(answers['ca']), ...clientCertificate(answers) },
  }),
};

function bothOrNone(answers: Readonly<Record<string, string>>) {
  const cert = given(answers['cert']) !== null;
  const key = given(answers['key']) !== null;
  if (cert === key) return null;
  return cert
    ? { question: 'key', message: 'A client certificate needs its private key.' }
    : { question: 'cert', message: 'A private key needs its client certificate.' };
}

/**
 * Ports: listeners of a new installation. Filters: the access list that EMQX is installed with denies `#`
 * and `$SYS/#` to clients of other machines (etc/acl.conf), so these two stand for all other topics.
 */
const emqx: Recipe = {
  preset: {
    id: 'emqx',
    service: 'EMQX',
    title: 'EMQX',
    text: 'An EMQX of your own with the listeners it is installed with. Its access list refuses # to clients of other machines, so this preset subscribes to + and +/+/#, which together are every topic that does not begin with $.',
    questions: [
      askHost({ initial: 'localhost' }),
      askTransport({ mqtt: 1883, mqtts: 8883, ws: 8083, wss: 8084 }),
      askUsername(),
      askPassword(),
    ],
    limits: limits({}),
    facts: [
      'A packet is 1 MB at most and a topic 128 levels, unless its configuration says otherwise.',
      '# and $SYS/# are refused by the access list it is installed with.',
    ],
  },
  fill: (answers) => ({
    host: answers['host'] ?? '',
    ...transport(answers),
    ...credentials(answers),
    filters: [
      { filter: '+', qos: 0 },
      { filter: '+/+/#', qos: 0 },
    ],
  }),
};

/** www.bevywise.com/mqtt-broker: ports of its installation, clients sign in with username and password. */
const mqttRoute: Recipe = {
  preset: {
    id: 'bevywise-mqttroute',
    service: 'Bevywise',
    title: 'Bevywise MQTTRoute',
    text: 'MQTTRoute with the ports it is installed with. Where authentication is on, username and password are those of a device in its dashboard.',
    questions: [
      askHost({ initial: 'localhost' }),
      askTransport({ mqtt: 1883, mqtts: 8883, ws: 10_443, wss: 11_443 }),
      askUsername(),
      askPassword(),
    ],
    limits: limits({}),
    facts: ['All levels of QoS, retained messages and wills are supported.'],
  },
  fill: (answers) => ({ host: answers['host'] ?? '', ...transport(answers), ...credentials(answers) }),
};

const TEST_PORTS = [
  ['mqtt:1883', 'MQTT (port 1883)'],
  ['mqtt:1884', 'MQTT with username and password (port 1884)'],
  ['mqtts:8883', 'MQTT over TLS, its own authority (port 8883)'],
  ['mqtts:8884', 'MQTT over TLS with a client certificate (port 8884)'],
  ['mqtts:8885', 'MQTT over TLS with username and password (port 8885)'],
  ['mqtts:8886', 'MQTT over TLS, certificate of Let’s Encrypt (port 8886)'],
  ['mqtts:8887', 'MQTT over TLS, certificate expired on purpose (port 8887)'],
  ['ws:8080', 'WebSocket (port 8080)'],
  ['wss:8081', 'WebSocket over TLS (port 8081)'],
  ['ws:8090', 'WebSocket with username and password (port 8090)'],
  ['wss:8091', 'WebSocket over TLS with username and password (port 8091)'],
] as const;

/** test.mosquitto.org: the page that the server itself shows lists ports and what each is for. */
const testServer: Recipe = {
  preset: {
    id: 'test-mosquitto-org',
    service: 'test.mosquitto.org',
    title: 'test.mosquitto.org',
    text: 'The public test server of the Mosquitto project. Everybody can read what you publish there and publish to what you read; it may be slow or down. Ports 8883, 8884, 8885 and 8887 have a certificate of its own authority, whose CA certificate (mosquitto.org.crt) is on its page.',
    questions: [
      ask('transport', 'Port', {
        input: 'choice',
        choices: TEST_PORTS.map(([value, label]) => ({ value, label })),
        initial: 'mqtts:8886',
      }),
      askCa('mosquitto.org.crt, for the ports with its own authority.'),
      askCertificate({ required: false, hint: 'For port 8884; its page signs one.' }),
      askKey({ required: false }),
      askUsername({ hint: 'For the ports with username: rw, ro or wo.', example: 'rw' }),
      askPassword({ hint: 'For the ports with username.', example: 'readwrite' }),
    ],
    limits: limits({}),
    facts: [
      'Its traffic is heavy: # brings thousands of messages a second at times.',
      'It refuses # to some client IDs; a narrower filter always works.',
    ],
  },
  check: bothOrNone,
  fill: (answers) => ({
    host: 'test.mosquitto.org',
    ...transport(answers),
    ...credentials(answers),
    path: '/',
    tls: { ca: given(answers['ca']), ...clientCertificate(answers) },
    filters: [
      { filter: 'test/#', qos: 0 },
      { filter: '$SYS/#', qos: 0 },
    ],
  }),
};

export const BROKERS: readonly Recipe[] = [mosquitto, mosquittoTls, emqx, mqttRoute, testServer];
