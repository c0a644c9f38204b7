using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Metadata of every object: names, labels, annotations, owners, finalizers.</summary>
internal sealed partial class ObjectValidation : IObjectRules
{
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string ServiceText = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string ValueText = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string KeyText = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const int MaxAnnotations = 256 * 1024;

    public IEnumerable<FieldError> Validate(ObjectWrite write)
    {
        if (write.Old is null)
        {
            foreach (var error in Name(write.Resource, write.Value.Name()))
            {
                yield return error;
            }
        }

        foreach (var (key, value) in write.Value.Obj("metadata", "labels") ?? [])
        {
            if (!KeyPattern().IsMatch(key))
            {
                yield return FieldError.Invalid("metadata.labels", $"\"{key}\"", KeyText);
            }

            if (value.AsString() is { } text && text.Length > 63)
            {
                yield return FieldError.Invalid("metadata.labels", $"\"{text}\"", "must be no more than 63 bytes");
            }
            else if (value.AsString() is { } label && !ValuePattern().IsMatch(label))
            {
                yield return FieldError.Invalid("metadata.labels", $"\"{label}\"", ValueText);
            }
        }

        if ((write.Value.Obj("metadata", "annotations") ?? []).Sum(pair => pair.Key.Length + (pair.Value.AsString()?.Length ?? 0)) > MaxAnnotations)
        {
            yield return new FieldError("FieldValueTooLong", "metadata.annotations", $"Too long: may not be more than {MaxAnnotations} bytes");
        }

        foreach (var error in Owners(write.Value))
        {
            yield return error;
        }

        var finalizers = write.Value.Finalizers().ToList();
        for (var index = 0; index < finalizers.Count; index++)
        {
            if (finalizers[index] is not ("orphan" or "foregroundDeletion" or "kubernetes") && !finalizers[index].Contains('/', StringComparison.Ordinal))
            {
                yield return FieldError.Invalid($"metadata.finalizers[{index}]", $"\"{finalizers[index]}\"", "name is neither a standard finalizer name nor is it fully qualified");
            }
        }

        if (write.Old is { } old && old.IsDeleting())
        {
            var added = write.Value.Finalizers().Except(old.Finalizers()).Where(name => name is not ("orphan" or "foregroundDeletion")).ToList();
            if (added.Count > 0)
            {
                yield return FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(name => $"\"{name}\""))}}}");
            }
        }
    }

    private static IEnumerable<FieldError> Name(ResourceDefinition resource, string name)
    {
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
            yield break;
        }

        var shown = $"\"{name}\"";
        if (resource.Group == "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('%', StringComparison.Ordinal))
            {
                yield return FieldError.Invalid("metadata.name", shown, name is "." or ".." ? $"may not be '{name}'" : "may not contain '/'");
            }

            yield break;
        }

        var (pattern, text, max) = resource.QualifiedPlural switch
        {
            "namespaces" => (LabelPattern(), LabelText, 63),
            "services" => (ServicePattern(), ServiceText, 63),
            _ => (SubdomainPattern(), SubdomainText, 253),
        };
        if (name.Length > max)
        {
            yield return FieldError.Invalid("metadata.name", shown, $"must be no more than {max} characters");
        }
        else if (!pattern.IsMatch(name))
        {
            yield return FieldError.Invalid("metadata.name", shown, text);
        }
    }

    private static IEnumerable<FieldError> Owners(JsonObject value)
    {
        var index = 0;
        foreach (var owner in value.OwnerReferences())
        {
            foreach (var key in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.Str(key)))
                {
                    yield return FieldError.Invalid($"metadata.ownerReferences[{index}].{key}", "\"\"", key == "apiVersion" ? "version must not be empty" : "must not be empty");
                }
            }

            index++;
        }

        if (value.OwnerReferences().Count(owner => owner.Bool("controller") == true) > 1)
        {
            yield return FieldError.Invalid("metadata.ownerReferences", "[]", "Only one reference can have Controller set to true");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ServicePattern();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ValuePattern();

    [GeneratedRegex(@"\A([a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyPattern();
}
