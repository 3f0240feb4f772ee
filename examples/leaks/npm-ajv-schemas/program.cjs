// Forms whose schema is made for each request and compiled with one Ajv, which remembers all it has compiled.
"use strict";

const Ajv = require("ajv");

const ajv = new Ajv({ allErrors: true });
const validateLogin = ajv.compile({
  type: "object",
  required: ["user"],
  properties: { user: { type: "string" } },
});

function schemaFor(form) {
  const properties = { name: { type: "string", maxLength: 40 } };
  for (const field of form.fields) properties[field] = { type: "number", minimum: 0 };
  return { type: "object", title: form.title, required: ["name"], properties };
}

function submit(form, values) {
  const validate = ajv.compile(schemaFor(form));
  return validateLogin({ user: "anyone" }) && validate(values);
}

exports.round = (number) => {
  let valid = 0;
  for (let request = 0; request < 15; request++) {
    const form = { title: `Form ${number}.${request}`, fields: ["height", "width"] };
    if (submit(form, { name: "box", height: 1, width: 2 })) valid++;
  }
  return valid;
};
