// Settings by tenant, with defaults.
"use strict";

class Limits {
  constructor(names) {
    this.names = names;
    this.length = names.length;
    this.values = names.map((name, index) => ({ name, value: index * 100 }));
  }
}

const defaults = new Limits(["requests", "users", "projects", "files", "seats"]);

exports.settingsOf = (tenant) => ({
  tenant,
  theme: tenant.endsWith("3") ? "dark" : "light",
  limits: defaults,
});
