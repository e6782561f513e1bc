import type { ConnectFields } from '../../src-main/core/mqtt/encode-connect.ts';

/** What a CONNECT of MQTT 5 says at least. */
export const BARE_CONNECT: ConnectFields = {
  level: 5,
  clientId: '',
  cleanStart: true,
  keepAlive: 0,
  username: null,
  password: null,
  will: null,
  sessionExpiry: null,
  receiveMaximum: null,
  maximumPacketSize: null,
  requestProblemInformation: true,
  requestResponseInformation: false,
  userProperties: [],
  authentication: null,
};
