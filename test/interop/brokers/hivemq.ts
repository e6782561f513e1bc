import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK } from './kinds.ts';
import { javaBroker } from './maven.ts';

const ARTIFACT = { group: 'com.hivemq', name: 'hivemq-community-edition-embedded', version: '2025.5' };

/** Java runs a single source file as it is. Without an extension that lets them in, all clients are refused. */
const MAIN = `import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.*;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Path;

public class Main {
  public static void main(String[] args) throws Exception {
    SimpleAuthenticator anybody = (input, output) -> output.authenticateSuccessfully();
    ExtensionMain open = new ExtensionMain() {
      @Override
      public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Services.securityRegistry().setAuthenticatorProvider(provider -> anybody);
      }

      @Override
      public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
    };
    EmbeddedHiveMQ.builder()
        .withConfigurationFolder(Path.of(args[0]))
        .withDataFolder(Path.of(args[1]))
        .withExtensionsFolder(Path.of(args[2]))
        .withEmbeddedExtension(EmbeddedExtension.builder()
            .withId("open").withName("Open").withVersion("1").withExtensionMain(open).build())
        .build()
        .start()
        .join();
    System.out.println("broker started");
  }
}
`;

export const hivemq = javaBroker({
  id: 'hivemq',
  name: 'HiveMQ',
  source: 'Maven: com.hivemq:hivemq-community-edition-embedded',
  artifacts: [ARTIFACT],
  heapMb: 512,
  ready: /broker started/,
  configure: ({ dir, data, port, webSocketPort }) => {
    const source = join(dir, 'Main.java');
    const [config, extensions, store] = [join(dir, 'conf'), join(dir, 'extensions'), join(data, 'hivemq')];
    for (const folder of [config, extensions, store]) mkdirSync(folder, { recursive: true });
    writeFileSync(source, MAIN);
    writeFileSync(join(config, 'config.xml'), configuration(port, webSocketPort));
    return { main: [source, config, store, extensions] };
  },
});

/** Nothing leaves the machine: by default it sends statistics of its use. */
function configuration(port: number, webSocketPort: number): string {
  return `<hivemq>
  <listeners>
    <tcp-listener><port>${port}</port><bind-address>${LOOPBACK}</bind-address></tcp-listener>
    <websocket-listener>
      <port>${webSocketPort}</port><bind-address>${LOOPBACK}</bind-address><path>/mqtt</path>
    </websocket-listener>
  </listeners>
  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
</hivemq>
`;
}
