import { failed, type Failure } from '../../../contract/base/errors.ts';
import { CONNACK, DISCONNECT, SUBACK } from '../../mqtt/packet-types.ts';
import { quote, type BrokerWords } from './broker-quote.ts';

/**
 * Whether trying the same again can help. `later`: nothing speaks against trying soon, the broker may be
 * back any second. `slowly`: the broker or a service asks for patience (busy, quota, rate), or refuses for
 * a reason that may pass; trying at once makes it worse. `never`: the settings have to change first.
 */
export type Retry = 'later' | 'slowly' | 'never';

/** Why a connection ended or never came about, and whether to try again. */
export interface Ending {
  readonly failure: Failure;
  readonly retry: Retry;
}

interface Reason {
  readonly name: string;
  readonly message: string;
  readonly advice: string;
  readonly retry: Retry;
}

const reason = (name: string, message: string, advice: string, retry: Retry): Reason => ({
  name,
  message,
  advice,
  retry,
});

const CREDENTIALS = 'Check the username and the password, then connect again.';
const NOT_ALLOWED =
  'Check username, password and client ID, and what the broker allows them (its access list or policy).';
const WAIT = 'Nothing to do here: the next attempt follows by itself.';

/** Return codes of CONNACK before MQTT 5 [MQTT 3.1.1, table 3.1]. */
const RETURN_CODES: Readonly<Record<number, Reason>> = {
  1: reason(
    'Unacceptable protocol version',
    'The broker does not speak the MQTT version that was asked for.',
    'Set the MQTT version to auto, 3.1.1 or 3.1.',
    'never',
  ),
  2: reason(
    'Identifier rejected',
    'The broker refused the client ID.',
    'Use another client ID, or leave it empty to get one; some brokers allow only known ids.',
    'never',
  ),
  3: reason('Server unavailable', 'The broker says that it is not available now.', WAIT, 'slowly'),
  4: reason(
    'Bad username or password',
    'The broker refused the username or the password.',
    CREDENTIALS,
    'never',
  ),
  5: reason(
    'Not authorized',
    'The broker refused the connection as not authorised: usually a wrong or missing username or password.',
    NOT_ALLOWED,
    'never',
  ),
};

/** Reason codes of MQTT 5 [MQTT 5, table 2-6]; sentences say "it" for what was refused. */
const REASON_CODES: Readonly<Record<number, Reason>> = {
  128: reason(
    'Unspecified error',
    'The broker refused it without giving a reason.',
    'Look into the log of the broker.',
    'slowly',
  ),
  129: reason(
    'Malformed packet',
    'The broker could not read our packet.',
    'Try another MQTT version; if it stays, please report it with the log.',
    'never',
  ),
  130: reason(
    'Protocol error',
    'The broker says that our packet broke the protocol.',
    'Try another MQTT version; if it stays, please report it with the log.',
    'never',
  ),
  131: reason(
    'Implementation specific error',
    'The broker refused it for a reason of its own.',
    'Look into the log of the broker.',
    'slowly',
  ),
  132: reason(
    'Unsupported protocol version',
    'The broker does not speak the MQTT version that was asked for.',
    'Set the MQTT version to auto, 3.1.1 or 3.1.',
    'never',
  ),
  133: reason(
    'Client identifier not valid',
    'The broker refused the client ID.',
    'Use another client ID, or leave it empty to get one; some brokers allow only known ids.',
    'never',
  ),
  134: reason(
    'Bad username or password',
    'The broker refused the username or the password.',
    CREDENTIALS,
    'never',
  ),
  135: reason(
    'Not authorized',
    'The broker refused this username, password or client ID.',
    NOT_ALLOWED,
    'never',
  ),
  136: reason('Server unavailable', 'The broker says that it is not available now.', WAIT, 'slowly'),
  137: reason('Server busy', 'The broker says that it is busy.', WAIT, 'slowly'),
  138: reason(
    'Banned',
    'The broker has banned this client.',
    'Ask the administrator of the broker to lift the ban, or use another client ID or user.',
    'never',
  ),
  139: reason('Server shutting down', 'The broker is shutting down.', WAIT, 'later'),
  140: reason(
    'Bad authentication method',
    'The broker does not accept this way to authenticate.',
    'Use a username and password, or a client certificate, as the broker asks.',
    'never',
  ),
  141: reason(
    'Keep alive timeout',
    'The broker heard nothing from this client for 1.5 times the keep-alive.',
    'If this repeats, raise the keep-alive or look for a bad network between here and the broker.',
    'later',
  ),
  142: reason(
    'Session taken over',
    'Another client connected with the same client ID, so the broker closed this connection.',
    'Give this connection a client ID of its own, then connect again. Automatic retry is off: both clients would keep disconnecting each other.',
    'never',
  ),
  143: reason(
    'Topic filter invalid',
    'The broker does not accept this topic filter.',
    'Use a narrower filter, or one level with "+" instead of "#".',
    'slowly',
  ),
  144: reason(
    'Topic name invalid',
    'The broker does not accept this topic name.',
    'Check the topic against the rules of the broker (depth, length, characters).',
    'never',
  ),
  145: reason(
    'Packet identifier in use',
    'The broker says that the packet identifier is in use.',
    'Connect again with a clean start.',
    'later',
  ),
  146: reason(
    'Packet identifier not found',
    'The broker does not know the packet identifier.',
    'Connect again with a clean start.',
    'later',
  ),
  147: reason(
    'Receive maximum exceeded',
    'More messages were under way than the receive maximum allows.',
    WAIT,
    'slowly',
  ),
  148: reason(
    'Topic alias invalid',
    'A topic alias was used that was never agreed.',
    'Please report it with the log.',
    'slowly',
  ),
  149: reason(
    'Packet too large',
    'The packet is larger than the other side accepts.',
    'Make the message smaller, or raise the limit of the broker.',
    'slowly',
  ),
  150: reason(
    'Message rate too high',
    'The broker says that messages come too fast.',
    'Publish more slowly.',
    'slowly',
  ),
  151: reason(
    'Quota exceeded',
    'A quota of the broker is used up.',
    'Look for connections that are not needed, or ask for a larger quota.',
    'slowly',
  ),
  152: reason(
    'Administrative action',
    'An administrator of the broker closed the connection.',
    'If this repeats, ask the administrator of the broker.',
    'slowly',
  ),
  153: reason(
    'Payload format invalid',
    'The payload does not have the format it claims to have.',
    'Check the payload format of the message.',
    'never',
  ),
  154: reason(
    'Retain not supported',
    'The broker does not keep retained messages.',
    'Publish without Retain.',
    'never',
  ),
  155: reason(
    'QoS not supported',
    'The broker does not support this quality of service.',
    'Use a lower QoS.',
    'never',
  ),
  156: reason(
    'Use another server',
    'The broker asks to use another server for now.',
    'Connect to the server that it names.',
    'never',
  ),
  157: reason(
    'Server moved',
    'The broker has moved to another address.',
    'Connect to the server that it names, and change the profile.',
    'never',
  ),
  158: reason(
    'Shared subscriptions not supported',
    'The broker does not support shared subscriptions.',
    'Subscribe without $share.',
    'slowly',
  ),
  159: reason(
    'Connection rate exceeded',
    'The broker accepts no more connections at this rate.',
    WAIT,
    'slowly',
  ),
  160: reason(
    'Maximum connect time',
    'The connection reached the longest time that the broker allows.',
    WAIT,
    'later',
  ),
  161: reason(
    'Subscription identifiers not supported',
    'The broker does not support subscription identifiers.',
    'Counts per subscription are made by comparing names instead.',
    'slowly',
  ),
  162: reason(
    'Wildcard subscriptions not supported',
    'The broker does not support subscriptions with wildcards.',
    'Subscribe to each topic by its full name.',
    'slowly',
  ),
};

/** DISCONNECT of a client that wants its will published all the same. */
const WITH_WILL = 4;

const UNKNOWN = reason(
  'Unknown reason',
  'The broker refused it with a code that MQTT does not define.',
  'Look into the log of the broker.',
  'slowly',
);

/** The codes below 128 of MQTT 5 that mean the same in every packet they may stand in. */
const NOT_REFUSED: Readonly<Record<number, string>> = {
  0: 'Success',
  16: 'No matching subscribers',
  17: 'No subscription existed',
  24: 'Continue authentication',
  25: 'Re-authenticate',
};

/** The name the specification gives to a reason code of MQTT 5; codes that mean success included. */
export function reasonName(code: number): string {
  return NOT_REFUSED[code] ?? REASON_CODES[code]?.name ?? `Reason ${code}`;
}

/**
 * What a code means in that type of packet: below 128 in a SUBACK it is the QoS that was granted, and only
 * CONNACK has the return codes of MQTT 3.
 */
export function reasonIn(packetType: number, code: number): string {
  switch (packetType) {
    case SUBACK:
      if (code <= 2) return `Granted QoS ${code}`;
      return code === 128 ? 'Failure' : reasonName(code);
    case CONNACK:
      return RETURN_CODES[code]?.name ?? reasonName(code);
    case DISCONNECT:
      if (code === 0) return 'Normal disconnection';
      return code === WITH_WILL ? 'Disconnect with will message' : reasonName(code);
    default:
      return reasonName(code);
  }
}

function lookUp(code: number): Reason {
  return REASON_CODES[code] ?? UNKNOWN;
}

/** What CONNECT asked for, as far as a refusal may come of it. */
export interface Asked {
  /** s; 0: none */
  readonly keepAlive: number;
}

/** The `max_keepalive` that mosquitto's own examples set, and what most services allow. s */
export const COMMON_MAX_KEEP_ALIVE = 60;

/**
 * Before MQTT 5 a broker cannot set another keep-alive: mosquitto from 2.0.12 on with `max_keepalive`
 * answers one that is too long, or 0, with "identifier rejected".
 */
function refusedForKeepAlive(code: number, asked: Asked | undefined): boolean {
  if (code !== 2 || asked === undefined) return false;
  return asked.keepAlive === 0 || asked.keepAlive > COMMON_MAX_KEEP_ALIVE;
}

/** CONNACK with a code other than success. */
export function connackEnding(code: number, words: BrokerWords = {}, asked?: Asked): Ending {
  const { name, message, advice, retry } = RETURN_CODES[code] ?? lookUp(code);
  if (refusedForKeepAlive(code, asked)) {
    const keepAlive = asked?.keepAlive === 0 ? 'no keep-alive (0)' : `a keep-alive of ${asked?.keepAlive} s`;
    return {
      failure: failed(
        'connack-2-keep-alive',
        `The broker refused the client ID or the keep-alive. Reason code ${code}, ${name}.${quote(words)}`,
        `Some brokers (mosquitto from 2.0.12 with max_keepalive) answer so to ${keepAlive}: try ${COMMON_MAX_KEEP_ALIVE} s. Otherwise use another client ID, or leave it empty to get one.`,
      ),
      retry,
    };
  }
  return {
    failure: failed(`connack-${code}`, `${message} Reason code ${code}, ${name}.${quote(words)}`, advice),
    retry,
  };
}

/**
 * In a session the broker had accepted who we are: it objects to something that the client did since (HiveMQ
 * and AWS IoT end a session so over a topic), or has changed its mind, which the next CONNECT shows.
 */
export const NOT_AUTHORIZED = 135;
const NOT_ALLOWED_ANY_MORE = reason(
  'Not authorized',
  'It does not allow something that this client did, or does not allow this client any more.',
  'Check the access list of the broker for the topics of this client. The next attempt follows by itself.',
  'slowly',
);

/**
 * DISCONNECT from the broker (MQTT 5).
 *
 * @param inSession false: it came in place of CONNACK
 */
export function disconnectEnding(code: number, words: BrokerWords = {}, inSession = true): Ending {
  // Only a client may send 4, and it only means that the client leaves.
  if (code === 0 || code === WITH_WILL) {
    return {
      failure: failed(
        `disconnect-${code}`,
        `The broker closed the connection in an orderly way.${quote(words)}`,
        WAIT,
      ),
      retry: 'later',
    };
  }
  const { name, message, advice, retry } =
    code === NOT_AUTHORIZED && inSession ? NOT_ALLOWED_ANY_MORE : lookUp(code);
  return {
    failure: failed(
      `disconnect-${code}`,
      `The broker closed the connection. ${message} Reason code ${code}, ${name}.${quote(words)}`,
      advice,
    ),
    // Our own faults in a running session end with growing waits, not for good.
    retry: [129, 130, 144, 153, 154, 155].includes(code) ? 'slowly' : retry,
  };
}

/** PUBACK, PUBREC or PUBCOMP with a code of 128 or more. */
export function publishRefusal(code: number, words: BrokerWords = {}): Failure {
  const { name, message, advice } = lookUp(code);
  const what = code === 135 ? 'The broker does not allow this client to publish to this topic.' : message;
  const help = code === 135 ? 'Check the access list of the broker for this user and topic.' : advice;
  return failed(`publish-${code}`, `${what} Reason code ${code}, ${name}.${quote(words)}`, help);
}
