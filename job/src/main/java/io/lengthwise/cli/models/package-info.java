/** {@code models}: the models of the catalogue, how they are fetched and opened. */
package io.lengthwise.cli.models;
