// Reloads the settings of a tenant from a module, past the require cache, so that changes are seen without a restart.
"use strict";

const path = require("node:path");

const settingsFile = path.join(__dirname, "tenant-settings.cjs");
const seen = new Set();

function reload() {
  delete require.cache[settingsFile];
  return require(settingsFile);
}

function handle(tenant) {
  const { settingsOf } = reload();
  const settings = settingsOf(tenant);
  seen.add(settings.theme);
  return settings.limits.length;
}

exports.round = () => {
  for (let request = 0; request < 60; request++) handle(`tenant-${request % 10}`);
};
