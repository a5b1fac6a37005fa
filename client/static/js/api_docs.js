// Shows the OpenAPI document with Swagger UI, whose script the page has loaded before this one.
// @ts-check

const place = document.getElementById("api");
const bundle = /** @type {any} */ (window).SwaggerUIBundle;
if (place && bundle) {
  bundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    supportedSubmitMethods: ["get", "post", "put", "patch", "delete"],
    validatorUrl: null,
  });
}
