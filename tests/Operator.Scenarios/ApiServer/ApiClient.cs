using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.ApiServer;

public sealed record ApiAnswer(int Code, JsonNode? Body, HttpResponseHeaders Headers)
{
    public JsonObject Object => (JsonObject)Body!;

    public string Message => Object["message"]?.ToString() ?? "";

    public string Reason => Object["reason"]?.ToString() ?? "";
}

/// <summary>Plain requests to any API server, so that the tests say exactly what goes over the wire.</summary>
public sealed class ApiClient(HttpClient http)
{
    public HttpClient Http => http;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, "application/json");

    public Task<ApiAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, "application/json");

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body, "application/json");

    public Task<ApiAnswer> DeleteAsync(string path, string? options = null) => SendAsync(HttpMethod.Delete, path, options, "application/json");

    public Task<ApiAnswer> MergeAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/merge-patch+json");

    public Task<ApiAnswer> StrategicAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/strategic-merge-patch+json");

    public Task<ApiAnswer> JsonPatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/json-patch+json");

    public Task<ApiAnswer> ApplyAsync(string path, string manager, string body, bool force = false) =>
        SendAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}", body, "application/apply-patch+yaml");

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, string contentType)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : JsonValue.Create(text), response.Headers);
    }

    /// <summary>The events of a watch, until <paramref name="count"/> of them have come.</summary>
    public async Task<IReadOnlyList<JsonObject>> WatchAsync(string path, int count, Action? afterFirst = null)
    {
        var events = new List<JsonObject>();
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (events.Count < count && await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            events.Add((JsonObject)JsonNode.Parse(line)!);
            if (events.Count == 1)
            {
                afterFirst?.Invoke();
            }
        }

        return events;
    }
}
