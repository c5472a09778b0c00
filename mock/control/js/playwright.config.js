import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test",
  testMatch: "*.spec.js",
  fullyParallel: true,
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
