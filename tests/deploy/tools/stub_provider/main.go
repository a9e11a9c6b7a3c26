// A Terraform provider that knows the arguments of the real one and does nothing: for terraform validate, and for
// terraform test with mocked providers, where the real provider cannot be had. Its schemas are in STUB_SCHEMAS/NAME.json,
// NAME being what it is called as: terraform-provider-NAME_vVERSION.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type attribute struct {
	Type     json.RawMessage `json:"type"`
	Required bool            `json:"required"`
	Computed bool            `json:"computed"` // and nothing else: it cannot be set
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Min, Max int64
	Block    block `json:"block"`
}

type block struct {
	Attributes map[string]attribute   `json:"attributes"`
	Blocks     map[string]nestedBlock `json:"block_types"`
}

type schemas struct {
	Provider  block            `json:"provider"`
	Resources map[string]block `json:"resource_schemas"`
	Data      map[string]block `json:"data_source_schemas"`
}

func schemaBlock(from block) *tfprotov5.SchemaBlock {
	out := &tfprotov5.SchemaBlock{}
	for name, each := range from.Attributes {
		kind, err := tftypes.ParseJSONType(each.Type)
		if err != nil {
			log.Fatal(name, err)
		}
		out.Attributes = append(out.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: kind, Required: each.Required, Optional: !each.Required && !each.Computed, Computed: !each.Required})
	}
	for name, each := range from.Blocks {
		mode := tfprotov5.SchemaNestedBlockNestingModeList
		if each.Nesting == "single" {
			mode = tfprotov5.SchemaNestedBlockNestingModeSingle
		}
		out.BlockTypes = append(out.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Nesting: mode, MinItems: each.Min, MaxItems: each.Max, Block: schemaBlock(each.Block)})
	}
	return out
}

// What is not here is never asked of it.
type stub struct {
	tfprotov5.ProviderServer
	known schemas
}

func (s *stub) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	return &tfprotov5.GetMetadataResponse{}, nil
}

func (s *stub) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	provider := schemaBlock(s.known.Provider)
	for _, each := range provider.Attributes {
		each.Computed = false
	}
	out := &tfprotov5.GetProviderSchemaResponse{
		Provider:          &tfprotov5.Schema{Block: provider},
		ResourceSchemas:   map[string]*tfprotov5.Schema{},
		DataSourceSchemas: map[string]*tfprotov5.Schema{},
	}
	for name, each := range s.known.Resources {
		out.ResourceSchemas[name] = &tfprotov5.Schema{Block: schemaBlock(each)}
	}
	for name, each := range s.known.Data {
		out.DataSourceSchemas[name] = &tfprotov5.Schema{Block: schemaBlock(each)}
	}
	return out, nil
}

func (s *stub) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

func (s *stub) PrepareProviderConfig(_ context.Context, asked *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: asked.Config}, nil
}

func (s *stub) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

func (s *stub) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

func (s *stub) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}

func (s *stub) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	name, _, _ = strings.Cut(name, "_")
	text, err := os.ReadFile(filepath.Join(os.Getenv("STUB_SCHEMAS"), name+".json"))
	if err != nil {
		log.Fatal(err)
	}
	server := &stub{}
	if err := json.Unmarshal(text, &server.known); err != nil {
		log.Fatal(err)
	}
	if err := tf5server.Serve("registry.terraform.io/hashicorp/"+name, func() tfprotov5.ProviderServer { return server }); err != nil {
		log.Fatal(err)
	}
}
