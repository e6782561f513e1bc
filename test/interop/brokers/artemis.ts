import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK } from './kinds.ts';
import { javaBroker } from './maven.ts';

const MQTT = { group: 'org.apache.activemq', name: 'artemis-mqtt-protocol', version: '2.40.0' };
/** Without one the broker says nothing, not even why it does not start. */
const LOGGING = { group: 'org.slf4j', name: 'slf4j-simple', version: '2.0.17' };

/** Java runs a single source file as it is. */
const MAIN = `import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

public class Main {
  public static void main(String[] args) throws Exception {
    EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    broker.setConfigResourcePath(args[0]);
    broker.start();
    System.out.println("broker started");
  }
}
`;

export const artemis = javaBroker({
  id: 'artemis',
  name: 'Artemis',
  source: 'Maven: org.apache.activemq:artemis-mqtt-protocol, embedded',
  artifacts: [MQTT, LOGGING],
  heapMb: 512,
  ready: /broker started/,
  configure: ({ dir, data, port, webSocketPort }) => {
    const source = join(dir, 'Main.java');
    const config = join(dir, 'broker.xml');
    writeFileSync(source, MAIN);
    writeFileSync(config, configuration(data, port, webSocketPort));
    const options = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
    return { options, main: [source, `file://${config}`] };
  },
});

/** Every acceptor of Artemis takes WebSockets as well; the second port is for the sake of the others. */
function configuration(data: string, port: number, webSocketPort: number): string {
  const acceptors = [port, webSocketPort].map(
    (one) => `<acceptor name="mqtt-${one}">tcp://${LOOPBACK}:${one}?protocols=MQTT</acceptor>`,
  );
  const folders = ['bindings', 'journal', 'large-messages', 'paging'].map(
    (name) => `<${name}-directory>${join(data, name)}</${name}-directory>`,
  );
  return `<configuration xmlns="urn:activemq"><core xmlns="urn:activemq:core">
  <persistence-enabled>true</persistence-enabled>
  <journal-type>NIO</journal-type>
  <security-enabled>false</security-enabled>
  ${folders.join('')}
  <acceptors>${acceptors.join('')}</acceptors>
  <address-settings><address-setting match="#">
    <auto-create-addresses>true</auto-create-addresses><auto-create-queues>true</auto-create-queues>
  </address-setting></address-settings>
</core></configuration>
`;
}
