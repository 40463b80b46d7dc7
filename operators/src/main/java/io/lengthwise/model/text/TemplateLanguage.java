package io.lengthwise.model.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaNodePreProcessor;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import com.hubspot.jinjava.tree.Node;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Configures jinjava for chat templates: it adds the functions of Hugging Face, and removes what a
 * downloaded template must not do.
 *
 * <p>Tags, filters and functions are a closed list. All others of jinjava are disabled, so that
 * their use is an error that names them. The work of a rendering is limited: rendered nodes,
 * output, strings and lists.
 */
public final class TemplateLanguage {

  static final Set<String> TAGS =
      Set.of("if", "elif", "else", "for", "set", "macro", "raw", "break", "continue");
  static final Set<String> FILTERS =
      Set.of(
          "count",
          "default",
          "d",
          "first",
          "float",
          "int",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "string",
          "sum",
          "tojson",
          "trim",
          "unique",
          "upper");
  static final Set<String> TESTS =
      Set.of(
          "boolean",
          "defined",
          "divisibleby",
          "eq",
          "equalto",
          "even",
          "false",
          "float",
          "in",
          "integer",
          "iterable",
          "mapping",
          "ne",
          "none",
          "number",
          "odd",
          "sequence",
          "string",
          "true",
          "undefined");
  private static final Set<String> FUNCTIONS = Set.of("namespace", "range");

  private static final ObjectMapper JSON = new ObjectMapper();

  public static final int MAX_NODES = 200_000;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_LIST = 10_000;
  static final int MAX_CHARACTERS = 4 << 20;

  /** A name that no template can spell. */
  private static final String NODES = " nodes";

  private TemplateLanguage() {}

  static Jinjava create() {
    JinjavaConfig config =
        JinjavaConfig.newBuilder()
            .withElResolver(new TemplateValues())
            .withDisabled(disabled())
            .withLegacyOverrides(
                LegacyOverrides.Builder.from(LegacyOverrides.NONE)
                    .withUseNaturalOperatorPrecedence(true)
                    .withEvaluateMapKeys(true)
                    .withIterateOverMapKeys(true)
                    .withKeepNullableLoopValues(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withAllowAdjacentTextNodes(true)
                    .build())
            .withNestedInterpretationEnabled(false)
            .withMaxOutputSize(MAX_CHARACTERS)
            .withMaxStringLength(MAX_CHARACTERS)
            .withMaxListSize(MAX_LIST)
            .withMaxMapSize(MAX_LIST)
            .withRangeLimit(MAX_LIST)
            .withMaxRenderDepth(MAX_DEPTH)
            .withMaxMacroRecursionDepth(MAX_DEPTH)
            .withProcessors(
                JinjavaProcessors.newBuilder().withNodePreProcessor(new NodeLimit()).build())
            .build();
    Jinjava jinjava = new Jinjava(config);
    Context context = jinjava.getGlobalContext();
    register(context, "trim", 0, (value, args) -> strip(value));
    register(context, "length", 0, (value, args) -> length(value));
    register(context, "count", 0, (value, args) -> length(value));
    register(context, "tojson", 0, (value, args) -> json(value));
    register(
        context,
        "replace",
        2,
        (value, args) -> TemplateValues.replace(Objects.toString(value, ""), args[0], args[1]));
    register(context, "printed", 0, (value, args) -> printed(value));
    register(context, "unsupported", 1, TemplateLanguage::unsupported);
    registerFunction(context, "raise_exception", "raise");
    registerFunction(context, "strftime_now", "now");
    // 'strftime_now is defined' asks for a variable, so there is one beside the function.
    context.put("strftime_now", true);
    return jinjava;
  }

  /** Adds the variable that counts the work of a rendering. */
  static void begin(Map<String, Object> variables) {
    variables.put(NODES, new int[1]);
  }

  private static Map<Library, Set<String>> disabled() {
    Context all = new Jinjava().getGlobalContext();
    Map<Library, Set<String>> disabled = new EnumMap<>(Library.class);
    disabled.put(Library.TAG, except(all.getAllTags(), TAGS));
    disabled.put(Library.FILTER, except(all.getAllFilters(), FILTERS));
    disabled.put(Library.FUNCTION, except(all.getAllFunctions(), FUNCTIONS));
    return disabled;
  }

  private static Set<String> except(Collection<? extends Importable> all, Set<String> allowed) {
    return all.stream()
        .map(Importable::getName)
        .filter(name -> !name.startsWith("end") && !allowed.contains(name.replaceFirst("^:", "")))
        .collect(Collectors.toSet());
  }

  private static Object strip(Object value) {
    return TemplateValues.strip(Objects.toString(value, ""), null, true, true);
  }

  /**
   * Returns the only value of a list. Refuses values that Python prints differently, such as true
   * and lists.
   */
  private static Object printed(Object values) {
    if (values instanceof List<?> list && list.size() == 1) {
      Object value = list.get(0);
      if (value == null || value instanceof CharSequence || value instanceof Number) {
        return value;
      }
    }
    throw new InterpretException("it prints a value that is neither text nor a number");
  }

  private static Object length(Object value) {
    if (value instanceof String text) {
      String plain = MarkedText.read(text).toString();
      return (long) plain.codePointCount(0, plain.length());
    }
    return value instanceof Map<?, ?> map
        ? (long) map.size()
        : value instanceof Collection<?> many ? (long) many.size() : 0L;
  }

  private static Object json(Object value) {
    try {
      return JSON.writer(new PythonSpacing()).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new InterpretException("tojson: " + e.getOriginalMessage(), e);
    }
  }

  private static Object unsupported(Object value, String[] args) {
    throw new InterpretException("'%s' is not supported".formatted(args[0]));
  }

  private static void register(
      Context context, String name, int arguments, BiFunction<Object, String[], Object> function) {
    context.registerFilter(new Bridge(name, arguments, function));
  }

  private static void registerFunction(Context context, String name, String method) {
    try {
      var implementation = TemplateLanguage.class.getDeclaredMethod(method, String.class);
      implementation.setAccessible(true);
      context.registerFunction(new ELFunctionDefinition("", name, implementation));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  static String raise(String message) {
    throw TemplateException.raisedByTemplate(message);
  }

  static String now(String format) {
    return StrftimeFormatter.format(ZonedDateTime.now(), format);
  }

  /**
   * A filter of ours.
   *
   * @param arguments the number of its arguments
   */
  private record Bridge(String name, int arguments, BiFunction<Object, String[], Object> function)
      implements Filter {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      if (args.length != arguments) {
        throw new InterpretException(
            "'|%s' with %d arguments is not supported".formatted(name, args.length));
      }
      return function.apply(value, args);
    }
  }

  /**
   * Ends a rendering with too many nodes. Jinjava's own processor ends an interrupted rendering.
   */
  private static final class NodeLimit extends JinjavaNodePreProcessor {
    @Override
    public void accept(Node node, JinjavaInterpreter interpreter) {
      super.accept(node, interpreter);
      if (++((int[]) interpreter.getContext().get(NODES))[0] > MAX_NODES) {
        throw new InterpretException("it takes too many steps", node.getLineNumber());
      }
    }
  }

  /** Writes JSON as Python does: a space after each colon and comma, and no line breaks. */
  private static final class PythonSpacing extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1;

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
      json.writeRaw(", ");
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(", ");
    }
  }
}
