/* Last of our scripts: the server's page stands above it in the document, so the map can begin before Dash is there. */
window.regiobeeld.settle();
