import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test",
  testMatch: "*.spec.js",
  fullyParallel: true,
  timeout: 90_000, // for slow machines; none of the tests waits
  expect: { timeout: 20_000 },
  workers: 2,
  reporter: "line",
  outputDir: "node_modules/.playwright",
  use: {
    launchOptions: {
      executablePath: process.env.STANDIN_BROWSER,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    },
  },
});
