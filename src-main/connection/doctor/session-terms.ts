import { formatCounted } from '../../core/text/amounts.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import type { Term } from '../../contract/model/session-facts.ts';
import type { Connack } from '../link/link.ts';

/** What was asked and granted of one session. */
export interface Agreement {
  readonly options: ConnectionOptions;
  /** In CONNECT. */
  readonly clientId: string;
  readonly version: '5' | '3.1.1' | '3.1';
  readonly connack: Connack;
  /** Seconds in force. */
  readonly keepAlive: number;
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
const secondsOf = (value: number): string => (value === 0xffff_ffff ? 'never' : `${value} s`);
const available = (value: boolean): string => (value ? 'available' : 'not available');

/** Everything CONNECT and CONNACK say to each other, side by side. */
export function termsOf(agreement: Agreement): Term[] {
  return agreement.version === '5' ? [...common(agreement), ...ofVersion5(agreement)] : common(agreement);
}

function common({ options, clientId, version, connack, keepAlive }: Agreement): Term[] {
  const assigned = connack.properties.assignedClientId;
  const present = connack.sessionPresent;
  return [
    {
      key: 'version',
      label: 'Protocol version',
      asked: options.version === 'auto' ? 'auto (5, then 3.1.1)' : options.version,
      granted: version,
      differs: options.version !== 'auto' && options.version !== version,
    },
    {
      key: 'client-id',
      label: 'Client ID',
      asked: clientId === '' ? '(empty)' : clientId,
      granted: assigned ?? clientId,
      differs: assigned !== undefined && assigned !== clientId,
    },
    {
      key: 'session',
      label: version === '5' ? 'Clean start' : 'Clean session',
      asked: yesNo(options.cleanStart),
      granted: present ? 'session present' : 'new session',
      differs: !options.cleanStart && !present,
    },
    {
      key: 'keep-alive',
      label: 'Keep-alive',
      asked: secondsOf(options.keepAlive),
      granted: secondsOf(keepAlive),
      differs: keepAlive !== options.keepAlive,
    },
  ];
}

function ofVersion5(agreement: Agreement): Term[] {
  return [...limitTerms(agreement), ...featureTerms(agreement), ...otherTerms(agreement)];
}

const UNLIMITED = 'no limit';
const bytes = (value: number | null | undefined): string =>
  value ? formatCounted(value, 'byte') : UNLIMITED;
const said = <T>(value: T | undefined, format: (value: T) => string = String): string | null =>
  value === undefined ? null : format(value);

function limitTerms({ options, connack }: Agreement): Term[] {
  const { receiveMaximum, maximumPacketSize, maximumQos, sessionExpiryInterval: expiry } = connack.properties;
  const asked = options.sessionExpiry;
  return [
    {
      key: 'session-expiry',
      label: 'Session expiry',
      asked: asked === null ? 'not set (with the connection)' : secondsOf(asked),
      granted: said(expiry, secondsOf),
      differs: expiry !== undefined && expiry !== (asked ?? 0),
    },
    {
      key: 'receive-maximum',
      label: 'Receive maximum (ours, the broker’s)',
      asked: String(options.receiveMaximum ?? 65_535),
      granted: said(receiveMaximum),
      differs: (receiveMaximum ?? 65_535) < 65_535,
    },
    {
      key: 'maximum-packet-size',
      label: 'Maximum packet size (ours, the broker’s)',
      asked: bytes(options.maximumPacketSize),
      granted: said(maximumPacketSize, bytes),
      differs: maximumPacketSize !== undefined,
    },
    {
      key: 'maximum-qos',
      label: 'Maximum QoS',
      asked: '2',
      granted: said(maximumQos),
      differs: (maximumQos ?? 2) < 2,
    },
  ];
}

function featureTerms({ connack }: Agreement): Term[] {
  return FEATURES.map(({ key, label, value }) => {
    const granted = value(connack.properties);
    return { key, label, asked: null, granted: said(granted, available), differs: granted === false };
  });
}

function otherTerms({ options, connack }: Agreement): Term[] {
  const { topicAliasMaximum, responseInformation, authenticationMethod } = connack.properties;
  const askedFor = (asked: boolean): string => (asked ? 'asked for' : 'not asked for');
  return [
    {
      key: 'topic-alias-maximum',
      label: 'Topic alias maximum (ours, the broker’s)',
      asked: '0',
      granted: said(topicAliasMaximum),
      differs: false,
    },
    {
      key: 'response-information',
      label: 'Response information',
      asked: askedFor(options.requestResponseInformation),
      granted: said(responseInformation),
      differs: options.requestResponseInformation && responseInformation === undefined,
    },
    {
      key: 'problem-information',
      label: 'Problem information',
      asked: askedFor(options.requestProblemInformation),
      granted: null,
      differs: false,
    },
    {
      key: 'authentication',
      label: 'Authentication method',
      asked: options.authentication === 'none' ? null : options.authentication,
      granted: said(authenticationMethod),
      differs: (authenticationMethod ?? 'none') !== options.authentication,
    },
  ];
}

type Said = Connack['properties'];

const FEATURES: readonly { key: string; label: string; value: (properties: Said) => boolean | undefined }[] =
  [
    { key: 'retain', label: 'Retained messages', value: (properties) => properties.retainAvailable },
    {
      key: 'wildcards',
      label: 'Wildcard subscriptions',
      value: (properties) => properties.wildcardSubscriptionAvailable,
    },
    {
      key: 'shared',
      label: 'Shared subscriptions',
      value: (properties) => properties.sharedSubscriptionAvailable,
    },
    {
      key: 'identifiers',
      label: 'Subscription identifiers',
      value: (properties) => properties.subscriptionIdentifiersAvailable,
    },
  ];
