import type { Preset, PresetQuestion } from '../../../contract/profiles/transfer.ts';
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
import { percentEncoded } from '../../text/percent.ts';

/**
 * AWS IoT Core. Numbers: AWS General Reference, "AWS IoT Core endpoints and quotas", message broker and
 * protocol limits; ports and ALPN: AWS IoT Developer Guide, "Device communication protocols".
 */
const LIMITS = limits({
  maximumQos: 1,
  filtersPerSubscribe: 8,
  // Seven slashes.
  topicLevels: 8,
  topicBytes: 256,
  // Shorter and longer ones are replaced by the broker without a word before MQTT 5.
  keepAliveMin: 30,
  keepAliveMax: 1_200,
});

const FACTS: readonly string[] = [
  'QoS 2 is not supported.',
  'A topic has 7 slashes and 256 bytes at most, a client ID 128 bytes, a message 128 kB.',
  'A SUBSCRIBE has 8 filters at most.',
  'The keep-alive is 30 to 1,200 seconds.',
  'Publishing or subscribing to what the policy does not allow closes the connection, without a word before MQTT 5.',
  'Retained messages need the action iot:RetainPublish in the policy. There is no $SYS.',
];

const endpoint: PresetQuestion = askHost({
  hint: 'Settings → Device data endpoint, or: aws iot describe-endpoint --endpoint-type iot:Data-ATS',
  example: 'abc123def456-ats.iot.eu-central-1.amazonaws.com',
});

const clientId: PresetQuestion = ask('clientId', 'Client ID', {
  hint: 'One that the policy allows, often the name of the thing. Two connections with one id end each other.',
  example: 'press-7',
  pattern: '[^\\0]{1,128}',
  rule: '1 to 128 characters.',
});

const filter: PresetQuestion = askFilter({
  hint: 'One that the policy allows; AWS closes the connection over any other, often also over #.',
});

function preset(
  part: Pick<Preset, 'id' | 'title' | 'text'> & { readonly questions: readonly PresetQuestion[] },
): Preset {
  const { questions, ...rest } = part;
  return {
    ...rest,
    service: 'AWS IoT Core',
    questions: [endpoint, ...questions, clientId, filter],
    limits: LIMITS,
    facts: [...FACTS],
  };
}

function common(answers: Answers): Filled {
  return {
    host: answers['host'] ?? '',
    clientId: answers['clientId'] ?? '',
    filters: [{ filter: answers['filter'] ?? '', qos: 0 }],
  };
}

function withCertificate(answers: Answers, port: number, alpn: readonly string[]): Filled {
  return {
    ...common(answers),
    protocol: 'mqtts',
    port,
    username: null,
    password: null,
    passwordFrom: { kind: 'text' },
    tls: { ...PUBLIC_TLS, ...clientCertificate(answers), alpn: [...alpn] },
  };
}

const mutual: Recipe = {
  preset: preset({
    id: 'aws-iot-mtls',
    title: 'AWS IoT Core, client certificate',
    text: 'Signs in with the certificate and key of a thing, on port 8883. The certificate has to be active and to have a policy that allows iot:Connect for the client ID and iot:Subscribe and iot:Receive for the topics. The certificate of AWS is of Amazon Root CA 1, which is known here.',
    questions: [askCertificate(), askKey()],
  }),
  fill: (answers) => withCertificate(answers, 8883, []),
};

const alpn: Recipe = {
  preset: preset({
    id: 'aws-iot-alpn',
    title: 'AWS IoT Core, client certificate on port 443',
    text: 'As with a client certificate on port 8883, for networks that let out port 443 only. TLS then names the protocol x-amzn-mqtt-ca (ALPN), by which AWS distinguishes MQTT from HTTPS.',
    questions: [askCertificate(), askKey()],
  }),
  fill: (answers) => withCertificate(answers, 443, ['x-amzn-mqtt-ca']),
};

/** Developer Guide, "Connecting to AWS IoT Core by using custom authentication": all travels in the username. */
const authorizer: Recipe = {
  preset: preset({
    id: 'aws-iot-custom-authorizer',
    title: 'AWS IoT Core, custom authorizer',
    text: 'Signs in with username and password, or a token, which a Lambda function of yours checks. The name of the authorizer travels in the username; a signed token as well. On port 443 with the protocol mqtt (ALPN). Without a name, AWS asks the default authorizer of the account.',
    questions: [
      ask('authorizer', 'Authorizer', {
        required: false,
        hint: 'Empty: the default authorizer of the account.',
        example: 'plant-authorizer',
        pattern: '[\\w=,@\\-]{1,128}',
        rule: 'Letters, digits and = , @ - _; at most 128.',
      }),
      ask('username', 'Username', { required: false, example: 'operator' }),
      ask('password', 'Password', { required: false, input: 'secret' }),
      ask('tokenKey', 'Name of the token', {
        required: false,
        hint: 'Where the authorizer has signing on: the token key name of its settings.',
        example: 'token',
        pattern: '[\\w\\-]{1,128}',
        rule: 'Letters, digits, - and _.',
      }),
      ask('token', 'Token', { required: false, example: 'allow' }),
      ask('signature', 'Signature of the token', {
        required: false,
        hint: 'Base64, made with the private key of the authorizer.',
      }),
    ],
  }),
  check({ tokenKey, token, signature }) {
    const named = given(tokenKey);
    if (named === null) return null;
    if (given(token) === null) return { question: 'token', message: 'A named token needs its value.' };
    return given(signature) === null
      ? { question: 'signature', message: 'A named token needs its signature.' }
      : null;
  },
  fill(answers) {
    const query: string[] = [];
    const add = (name: string, value: string | null): void => {
      if (value !== null) query.push(`${name}=${percentEncoded(value)}`);
    };
    add('x-amz-customauthorizer-name', given(answers['authorizer']));
    const tokenKey = given(answers['tokenKey']);
    if (tokenKey !== null) {
      add(tokenKey, given(answers['token']));
      add('x-amz-customauthorizer-signature', given(answers['signature']));
    }
    const name = answers['username'] ?? '';
    return {
      ...common(answers),
      protocol: 'mqtts',
      port: 443,
      username: query.length > 0 ? `${name}?${query.join('&')}` : name,
      password: given(answers['password']),
      passwordFrom: { kind: 'text' },
      tls: { ...PUBLIC_TLS, alpn: ['mqtt'] },
    };
  },
};

/** The region is part of the endpoint, in China as well; null for a domain of one's own. */
function regionOf({ region, host = '' }: Answers): string | null {
  return given(region) ?? /\.iot\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1] ?? null;
}

const signed: Recipe = {
  preset: preset({
    id: 'aws-iot-websocket',
    title: 'AWS IoT Core, WebSocket with SigV4',
    text: 'Signs in with an access key of IAM over a WebSocket on port 443. The address is signed for each attempt (Signature Version 4), because a signature is good for minutes only. The policies of the access key have to allow iot:Connect, iot:Subscribe and iot:Receive.',
    questions: [
      ask('region', 'Region', {
        required: false,
        hint: 'Empty: the one in the endpoint.',
        example: 'eu-central-1',
        pattern: '[a-z]{2}(-[a-z]+)+-\\d',
        rule: 'A region of AWS, such as eu-central-1.',
      }),
      ask('accessKeyId', 'Access key id', {
        example: 'AKIA...',
        pattern: '[A-Z0-9]{16,128}',
        rule: 'Capital letters and digits, 16 or more.',
      }),
      ask('secretAccessKey', 'Secret access key', { input: 'secret' }),
      ask('sessionToken', 'Session token', {
        input: 'secret',
        required: false,
        hint: 'Of temporary credentials; their access key id begins with ASIA.',
      }),
    ],
  }),
  check(answers) {
    if (regionOf(answers) === null) {
      return { question: 'region', message: 'The endpoint does not name the region. Enter it.' };
    }
    const temporary = (answers['accessKeyId'] ?? '').startsWith('ASIA');
    return temporary && given(answers['sessionToken']) === null
      ? { question: 'sessionToken', message: 'Temporary credentials need their session token.' }
      : null;
  },
  fill: (answers) => ({
    ...common(answers),
    protocol: 'wss',
    port: 443,
    path: '/mqtt',
    subprotocol: 'mqtt',
    username: null,
    password: null,
    passwordFrom: { kind: 'text' },
    tls: PUBLIC_TLS,
    signing: {
      kind: 'aws-sigv4',
      region: regionOf(answers) ?? '',
      accessKeyId: answers['accessKeyId'] ?? '',
      secretAccessKey: answers['secretAccessKey'] ?? '',
      sessionToken: given(answers['sessionToken']),
    },
  }),
};

export const AWS: readonly Recipe[] = [mutual, alpn, authorizer, signed];
