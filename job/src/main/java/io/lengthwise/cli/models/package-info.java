/** {@code models}: fetches and opens the models of the catalogue. */
package io.lengthwise.cli.models;
