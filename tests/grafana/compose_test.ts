import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { dialects } from "../../contrib/grafana/dialects.ts";

const folder = new URL("../../contrib/grafana/", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, folder));

const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      volumes: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});
const sourceFile = z.object({
  datasources: z.array(z.object({
    uid: z.string(),
    type: z.string(),
    jsonData: z.object({ path: z.string().optional() }),
  })),
});
const providerFile = z.object({
  providers: z.array(z.object({ options: z.object({ path: z.string() }) })),
});

for (const { name, plugin } of dialects) {
  const compose = composeFile.parse(parse(read(`${name}/compose.yaml`)));

  Deno.test(`${name}: the compose file starts seh, Grafana and its database, each in a version that is named`, () => {
    const wanted = name === "sqlite" ? ["grafana", "seh"] : ["database", "grafana", "seh"];
    assert.deepEqual(Object.keys(compose.services).toSorted(), wanted);
    for (const { image } of Object.values(compose.services)) {
      assert.match(image, /:\d+\.\d+(\.\d+)?$/);
    }
    const plugins = compose.services.grafana.environment.GF_PLUGINS_PREINSTALL_SYNC;
    if (name === "sqlite") assert.match(plugins, new RegExp(`^${plugin}@\\d+\\.\\d+\\.\\d+$`));
  });

  Deno.test(`${name}: what the containers are given is there, or is made by a step of the README`, () => {
    const made = ["./data", "../../../dist/seh.js"];
    for (const { volumes } of Object.values(compose.services)) {
      for (const [source] of volumes.map((one) => one.split(":"))) {
        if (!source.startsWith(".")) assert.ok(source in compose.volumes, source);
        else if (!made.includes(source)) Deno.statSync(new URL(`${name}/${source}`, folder));
      }
    }
    const readme = read("README.md");
    assert.match(readme, /deno task bundle/);
    const asked = [...read(`${name}/compose.yaml`).matchAll(/\$\{(\w+):\?/g)].map(([, one]) => one);
    for (const one of asked) assert.ok(readme.includes(`${one}=`), one);
  });

  Deno.test(`${name}: Grafana finds the data source of the dashboards, and their folder`, () => {
    const { datasources: [source] } = sourceFile.parse(
      parse(read(`${name}/provisioning/datasources/seh.yaml`)),
    );
    assert.deepEqual([source.uid, source.type], ["seh", plugin]);
    const { providers: [provider] } = providerFile.parse(
      parse(read(`${name}/provisioning/dashboards/seh.yaml`)),
    );
    const targets = compose.services.grafana.volumes.map((one) => one.split(":")[1]);
    assert.ok(targets.includes(provider.options.path), provider.options.path);
    if (source.jsonData.path) assert.equal(source.jsonData.path, "/data/seh.db");
    for (const { targets, templating } of dashboardFiles(name)) {
      for (const uid of [...targets, ...templating]) assert.equal(uid, "seh");
    }
  });
}

const dashboardFile = z.object({
  panels: z.array(
    z.object({ targets: z.array(z.object({ datasource: z.object({ uid: z.string() }) })) }),
  ),
  templating: z.object({
    list: z.array(z.object({ datasource: z.object({ uid: z.string() }) })),
  }),
});

function dashboardFiles(name: string) {
  return [...Deno.readDirSync(new URL(`${name}/dashboards`, folder))].map((one) => {
    const file = dashboardFile.parse(JSON.parse(read(`${name}/dashboards/${one.name}`)));
    return {
      targets: file.panels.flatMap((panel) => panel.targets.map((to) => to.datasource.uid)),
      templating: file.templating.list.map((variable) => variable.datasource.uid),
    };
  });
}
